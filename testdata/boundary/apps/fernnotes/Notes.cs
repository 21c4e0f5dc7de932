using Azure.AI.OpenAI;
using OpenAI.Chat;

namespace Fernnotes;

static class Notes
{
    record Sighting(string Place, string Text);

    public static void Map(WebApplication app)
    {
        var deployment = app.Configuration["AzureOpenAI:Deployment"]!;
        app.MapPost("/notes/species", async (Sighting s, AzureOpenAIClient azure) =>
        {
            ChatCompletion c = await azure.GetChatClient(deployment).CompleteChatAsync($"Which species may this be, at {s.Place}? {s.Text}");
            return Results.Ok(new { guess = c.Content[0].Text });
        });
    }
}
