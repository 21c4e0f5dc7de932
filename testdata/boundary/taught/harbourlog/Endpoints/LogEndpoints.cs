using Azure.AI.OpenAI;
using Microsoft.EntityFrameworkCore;
using OpenAI.Chat;
using System.Security.Claims;

namespace Harbourlog;

public static class LogEndpoints
{
    public static RouteGroupBuilder MapLogs(this RouteGroupBuilder g)
    {
        g.MapGet("/", async (ClaimsPrincipal who, Logs db) =>
            await db.Entries.Where(e => e.Harbour == who.FindFirstValue("harbour")).ToListAsync());

        g.MapPost("/tidy", async (Note note, AzureOpenAIClient ai) =>
        {
            var reply = await ai.GetChatClient("gpt-5-mini").CompleteChatAsync(
                new SystemChatMessage("Write a log entry of a harbour pilot, in the passive, with times in UTC."),
                new UserChatMessage(note.Text));
            return Results.Text(reply.Value.Content[0].Text);
        });
        return g;
    }

    public record Note(string Text);
}
