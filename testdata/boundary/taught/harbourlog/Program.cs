using Azure.AI.OpenAI;
using Azure.Identity;
using Harbourlog;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.EntityFrameworkCore;
using Microsoft.Graph;
using Microsoft.Identity.Web;

var builder = WebApplication.CreateBuilder(args);

builder.Services
    .AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
    .AddMicrosoftIdentityWebApi(builder.Configuration.GetSection("AzureAd"));
builder.Services.AddAuthorizationBuilder()
    .AddPolicy("pilot", p => p.RequireRole("Pilot", "HarbourMaster"))
    .AddPolicy("master", p => p.RequireRole("HarbourMaster"));

var me = new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(builder.Configuration["AZURE_CLIENT_ID"]!));
builder.Services.AddSingleton(new AzureOpenAIClient(new Uri(builder.Configuration["AzureOpenAI:Endpoint"]!), me));
builder.Services.AddSingleton(new GraphServiceClient(me));
builder.Services.AddDbContext<Logs>(o => o.UseNpgsql(builder.Configuration.GetConnectionString("Logs")));

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();

app.MapGet("/healthz", () => Results.Ok());
app.MapGroup("/logs").RequireAuthorization("pilot").MapLogs();
app.MapGroup("/guests").RequireAuthorization("master").MapGuests();
app.Run();
