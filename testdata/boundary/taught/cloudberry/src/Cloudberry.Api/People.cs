using Microsoft.Graph;
using Microsoft.Graph.Models;

namespace Cloudberry.Api;

public static class People
{
    public static void MapPeople(this RouteGroupBuilder group)
    {
        group.MapGet("/", async (GraphServiceClient graph) => (await graph.Users.GetAsync())?.Value);

        group.MapPost("/{id}/suspend", async (string id, GraphServiceClient graph) =>
        {
            await graph.Users[id].PatchAsync(new User { AccountEnabled = false });
            return Results.NoContent();
        });
    }
}
