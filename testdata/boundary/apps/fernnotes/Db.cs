using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Fernnotes;

class Warden : IdentityUser
{
    public string District { get; set; } = "";
}

class Db(DbContextOptions<Db> options) : IdentityDbContext<Warden>(options);
