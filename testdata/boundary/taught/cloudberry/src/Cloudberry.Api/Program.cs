using Azure.Identity;
using Cloudberry.Api;
using Microsoft.Graph;
using Microsoft.Identity.Web;
using Microsoft.SemanticKernel;

var builder = WebApplication.CreateBuilder(args);
var credential = new DefaultAzureCredential(new DefaultAzureCredentialOptions
{
    ManagedIdentityClientId = builder.Configuration["AZURE_CLIENT_ID"],
});

builder.Services.AddMicrosoftIdentityWebApiAuthentication(builder.Configuration, "EntraExternalId");
builder.Services.AddAuthorizationBuilder()
    .AddPolicy("clerk", p => p.RequireRole("Clerk"));
builder.Services.AddSingleton(new GraphServiceClient(credential));
builder.Services.AddKernel()
    .AddAzureOpenAIChatCompletion("gpt-5-mini", builder.Configuration["AzureOpenAI:Endpoint"]!, credential);

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();

app.MapGet("/healthz", () => Results.NoContent());

var api = app.MapGroup("/api").RequireAuthorization();
api.MapLetters();
api.MapGroup("/people").RequireAuthorization("clerk").MapPeople();

app.Run();
