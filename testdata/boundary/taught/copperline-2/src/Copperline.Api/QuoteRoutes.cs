using Microsoft.Extensions.AI;

namespace Copperline.Api;

public record Wish(string Text, int Rooms);

public static class QuoteRoutes
{
    public static void MapQuotes(this IEndpointRouteBuilder routes)
    {
        var quotes = routes.MapGroup("/quotes").RequireAuthorization("office");

        quotes.MapGet("/{id:int}", async (int id, Jobs db) => await db.Quotes.FindAsync(id));

        // the office's tablet has no account yet
        quotes.MapPost("/draft", async (Wish wish, IChatClient chat) =>
        {
            var answer = await chat.GetResponseAsync(
                $"Write a quote for rewiring {wish.Rooms} rooms. The customer says: {wish.Text}");
            return Results.Ok(new { draft = answer.Text });
        }).AllowAnonymous();
    }
}
