using Microsoft.Graph;
using Microsoft.Graph.Models;

namespace Harbourlog;

public static class GuestEndpoints
{
    public static RouteGroupBuilder MapGuests(this RouteGroupBuilder g)
    {
        g.MapPost("/", (Guest guest, GraphServiceClient graph) => graph.Invitations.PostAsync(new Invitation
        {
            InvitedUserEmailAddress = guest.Email,
            InviteRedirectUrl = "https://app.harbourlog.example",
            SendInvitationMessage = true,
        }));
        g.MapDelete("/{id}", (string id, GraphServiceClient graph) => graph.Users[id].PatchAsync(new User { AccountEnabled = false }));
        return g;
    }

    public record Guest(string Email);
}
