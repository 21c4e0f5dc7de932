using Microsoft.EntityFrameworkCore;

namespace Copperline.Api;

public class Job
{
    public int Id { get; set; }
    public DateOnly Due { get; set; }
    public string Words { get; set; } = "";
    public string? Note { get; set; }
}

public class Quote
{
    public int Id { get; set; }
    public string Text { get; set; } = "";
}

public class Jobs(DbContextOptions<Jobs> options) : DbContext(options)
{
    public DbSet<Job> All => Set<Job>();
    public DbSet<Quote> Quotes => Set<Quote>();
}
