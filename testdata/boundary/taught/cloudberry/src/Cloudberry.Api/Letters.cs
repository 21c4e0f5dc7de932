using System.Security.Claims;
using Microsoft.SemanticKernel;

namespace Cloudberry.Api;

public static class Letters
{
    public record Case(string Number, string Facts);

    public static RouteGroupBuilder MapLetters(this RouteGroupBuilder group)
    {
        var letters = group.MapGroup("/letters");

        letters.MapPost("/draft", async (Case c, Kernel kernel, ClaimsPrincipal who) =>
        {
            var text = await kernel.InvokePromptAsync($"Draft a letter on case {c.Number}: {c.Facts}. Signed: {who.Identity?.Name}");
            return Results.Text(text.ToString());
        });

        letters.MapPost("/shorten", async (Case c, Kernel kernel) =>
            Results.Text((await kernel.InvokePromptAsync("Shorten: " + c.Facts)).ToString()));

        return letters;
    }
}
