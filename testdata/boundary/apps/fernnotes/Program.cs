using Azure.AI.OpenAI;
using Azure.Identity;
using Fernnotes;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDbContext<Db>(o => o.UseNpgsql(builder.Configuration.GetConnectionString("Notes")));
builder.Services.AddIdentity<Warden, IdentityRole>(o =>
{
    o.Password.RequiredLength = 14;
    o.SignIn.RequireConfirmedAccount = true;
    o.Tokens.AuthenticatorTokenProvider = TokenOptions.DefaultAuthenticatorProvider;
}).AddEntityFrameworkStores<Db>().AddDefaultTokenProviders();
builder.Services.ConfigureApplicationCookie(o => o.ExpireTimeSpan = TimeSpan.FromHours(10));
builder.Services.AddSingleton(_ => new AzureOpenAIClient(new Uri(builder.Configuration["AzureOpenAI:Endpoint"]!), new DefaultAzureCredential()));
builder.Services.AddAuthorization(o => o.FallbackPolicy = o.DefaultPolicy);

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
Notes.Map(app);
app.Run();
