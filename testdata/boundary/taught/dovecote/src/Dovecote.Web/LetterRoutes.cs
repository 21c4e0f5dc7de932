using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Microsoft.SemanticKernel;

namespace Dovecote.Web;

public record Wish(string Tenant, string Text);

public static class LetterRoutes
{
    public static void MapLetters(this RouteGroupBuilder letters)
    {
        letters.MapPost("/draft", async (Wish wish, Kernel kernel, ClaimsPrincipal who, Db db) =>
        {
            var association = who.FindFirstValue("http://schemas.microsoft.com/identity/claims/tenantid");
            var home = await db.Homes.SingleAsync(h => h.TenantId == association && h.Name == wish.Tenant);
            var answer = await kernel.InvokePromptAsync($"A letter to {home.Name}: {wish.Text}");
            return Results.Text(answer.ToString());
        });

        letters.MapGet("/", async (ClaimsPrincipal who, Db db) =>
            await db.Letters.Where(l => l.By == who.GetObjectId()).ToListAsync());
    }
}
