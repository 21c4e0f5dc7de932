using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Larder.Web.Data;

public class Cook : IdentityUser
{
    public string? ExternalId { get; set; }
    public string? Kitchen { get; set; }
}

public class LarderDb(DbContextOptions<LarderDb> options) : IdentityDbContext<Cook>(options);
