using Azure.Identity;
using Dovecote.Web;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Graph;
using Microsoft.Identity.Web;
using Microsoft.SemanticKernel;

var builder = WebApplication.CreateBuilder(args);

builder.Services
    .AddAuthentication(OpenIdConnectDefaults.AuthenticationScheme)
    .AddMicrosoftIdentityWebApp(builder.Configuration.GetSection("AzureAd"));
builder.Services.AddAuthorizationBuilder()
    .AddPolicy("clerk", p => p.RequireRole("Letters.Clerk"));
builder.Services.ConfigureApplicationCookie(o => o.ExpireTimeSpan = TimeSpan.FromHours(9));

var me = new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(builder.Configuration["AZURE_CLIENT_ID"]!));
builder.Services.AddKernel().AddAzureOpenAIChatCompletion(
    deploymentName: "letters",
    endpoint: builder.Configuration["AzureOpenAI:Endpoint"]!,
    credentials: me);
builder.Services.AddSingleton(new GraphServiceClient(me));
builder.Services.AddDbContext<Db>();

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();

app.MapGroup("/letters").RequireAuthorization().MapLetters();
app.MapGroup("/people").RequireAuthorization("clerk").MapPeople();
app.MapPost("/printed", Printed.Note).AllowAnonymous();
app.Run();
