using System.Text;
using Anthropic.SDK;
using Anthropic.SDK.Messaging;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(o =>
    o.TokenValidationParameters = new TokenValidationParameters
    {
        ValidIssuer = "almanac",
        ValidAudience = "almanac",
        IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(builder.Configuration["Jwt:Key"]!)),
    });
builder.Services.AddAuthorization(o => o.AddPolicy("harbour", p => p.RequireClaim("harbour")));
builder.Services.AddSingleton(new AnthropicClient(builder.Configuration["ANTHROPIC_API_KEY"]));

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapPost("/login", Login.Try);
app.MapPost("/tides/explain", async (string table, AnthropicClient claude) =>
{
    var r = await claude.Messages.GetClaudeMessageAsync(new MessageParameters
    {
        Model = "claude-3-5-haiku-latest",
        MaxTokens = 400,
        Messages = [new Message(RoleType.User, $"Explain this tide table to a yachtsman:\n{table}")],
    });
    return r.Message.ToString();
}).RequireAuthorization("harbour");
app.Run();
