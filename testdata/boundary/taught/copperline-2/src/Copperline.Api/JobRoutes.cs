using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;

namespace Copperline.Api;

public static class JobRoutes
{
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/jobs").RequireAuthorization("fitters");

        jobs.MapGet("/", (Jobs db) => db.All.OrderByDescending(j => j.Due).Take(50).ToListAsync());

        jobs.MapPost("/{id:int}/note", async (int id, Jobs db, IChatClient chat) =>
        {
            var job = await db.All.FindAsync(id);
            if (job is null) return Results.NotFound();
            var answer = await chat.GetResponseAsync($"Turn these words of a fitter into a note for the office: {job.Words}");
            job.Note = answer.Text;
            await db.SaveChangesAsync();
            return Results.Ok(job);
        });
    }
}
