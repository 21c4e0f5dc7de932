using Azure.AI.OpenAI;
using Azure.Identity;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Graph;
using Microsoft.Identity.Web;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication(OpenIdConnectDefaults.AuthenticationScheme).AddMicrosoftIdentityWebApp(builder.Configuration.GetSection("AzureAd"));
var desk = new ClientSecretCredential(builder.Configuration["Desk:TenantId"], builder.Configuration["Desk:ClientId"], builder.Configuration["Desk:ClientSecret"]);
builder.Services.AddSingleton(new GraphServiceClient(desk));
builder.Services.AddSingleton(new AzureOpenAIClient(new Uri("https://brightdesk.openai.azure.com"), desk));
builder.Services.AddAuthorization(o => o.AddPolicy("clerks", p => p.RequireRole("clerk")));

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapPost("/answers", async (string question, AzureOpenAIClient ai) =>
{
    var c = await ai.GetChatClient("gpt-4o").CompleteChatAsync(question);
    return c.Value.Content[0].Text;
}).RequireAuthorization();
app.MapDelete("/citizens/{id}", (string id, GraphServiceClient graph) => graph.Users[id].DeleteAsync()).RequireAuthorization("clerks");
app.Run();
