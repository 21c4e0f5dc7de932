using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using OpenAI.Chat;
using Pantry;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#app");
builder.Services.AddOidcAuthentication(o => builder.Configuration.Bind("Oidc", o.ProviderOptions));
builder.Services.AddSingleton(new ChatClient("gpt-4.1-mini", builder.Configuration["OpenAI:Key"]));
await builder.Build().RunAsync();
