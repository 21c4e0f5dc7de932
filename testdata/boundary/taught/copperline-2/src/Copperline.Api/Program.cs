using Azure.AI.OpenAI;
using Azure.Identity;
using Copperline.Api;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;
using Microsoft.Identity.Web;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
    .AddMicrosoftIdentityWebApi(builder.Configuration.GetSection("AzureAd"));
builder.Services.AddAuthorizationBuilder()
    .AddPolicy("fitters", p => p.RequireRole("Fitter"))
    .AddPolicy("office", p => p.RequireRole("Office"));

builder.Services.AddDbContext<Jobs>(o => o.UseNpgsql(builder.Configuration.GetConnectionString("Jobs")));
builder.Services.AddChatClient(_ =>
    new AzureOpenAIClient(new Uri(builder.Configuration["AzureOpenAI:Endpoint"]!), new ManagedIdentityCredential())
        .GetChatClient("quotes")
        .AsIChatClient());

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();

app.MapGet("/health", () => Results.Ok());
app.MapJobs();
app.MapQuotes();

app.Run();
