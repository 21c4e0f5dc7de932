using Microsoft.Graph;
using Microsoft.Graph.Models;

namespace Dovecote.Web;

public static class PeopleRoutes
{
    public static void MapPeople(this RouteGroupBuilder people)
    {
        people.MapPost("/{id}/close", async (string id, GraphServiceClient graph, Db db) =>
        {
            await graph.Users[id].PatchAsync(new User { AccountEnabled = false });
            await graph.Users[id].RevokeSignInSessions.PostAsRevokeSignInSessionsPostResponseAsync();
            db.AuditEvents.Add(new AuditEvent("account.closed", id, DateTimeOffset.UtcNow));
            await db.SaveChangesAsync();
            return Results.NoContent();
        });
    }
}
