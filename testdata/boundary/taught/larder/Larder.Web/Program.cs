using Anthropic.SDK;
using Larder.Web.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddDbContext<LarderDb>(o => o.UseNpgsql(builder.Configuration.GetConnectionString("Larder")));
builder.Services
    .AddIdentityCore<Cook>(o => o.Password.RequiredLength = 12)
    .AddRoles<IdentityRole>()
    .AddEntityFrameworkStores<LarderDb>()
    .AddSignInManager();
builder.Services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
builder.Services.AddAuthorization();
builder.Services.AddControllers();
builder.Services.AddSingleton(new AnthropicClient(builder.Configuration["Anthropic:ApiKey"]!));

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapControllers();
app.MapGet("/alive", () => "yes");
app.Run();
