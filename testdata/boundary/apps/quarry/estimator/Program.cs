using Microsoft.AspNetCore.Authentication.Cookies;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
    .AddCookie(o => o.LoginPath = "/sign-in")
    .AddGoogle(o =>
    {
        o.ClientId = builder.Configuration["Google:ClientId"]!;
        o.ClientSecret = builder.Configuration["Google:ClientSecret"]!;
    });
builder.Services.AddAuthorization();
builder.Services.AddHttpClient("groq", c =>
{
    c.BaseAddress = new Uri("https://api.groq.com/openai/v1/");
    c.DefaultRequestHeaders.Authorization = new("Bearer", builder.Configuration["GROQ_API_KEY"]);
});

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapPost("/estimates", async (string block, IHttpClientFactory f) =>
{
    var r = await f.CreateClient("groq").PostAsJsonAsync("chat/completions", new
    {
        model = "llama-3.3-70b-versatile",
        messages = new[] { new { role = "user", content = $"Estimate cuts and waste for: {block}" } },
    });
    return Results.Stream(await r.Content.ReadAsStreamAsync(), "application/json");
}).RequireAuthorization();
app.Run();
