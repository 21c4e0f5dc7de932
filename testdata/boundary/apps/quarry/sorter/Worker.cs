using System.Net.Http.Json;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;

class Worker(IConfiguration config) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = new Uri("https://api.groq.com/openai/v1/") };
        http.DefaultRequestHeaders.Authorization = new("Bearer", config["GROQ_API_KEY"]);
        using var imap = new ImapClient();
        await imap.ConnectAsync(config["Imap:Host"], 993, true, stop);
        await imap.AuthenticateAsync(config["Imap:User"], config["Imap:Password"], stop);
        await imap.Inbox.OpenAsync(FolderAccess.ReadWrite, stop);
        foreach (var id in await imap.Inbox.SearchAsync(SearchQuery.NotSeen, stop))
        {
            var m = await imap.Inbox.GetMessageAsync(id, stop);
            await http.PostAsJsonAsync("chat/completions", new
            {
                model = "llama-3.1-8b-instant",
                messages = new[] { new { role = "user", content = $"One word, order, complaint or other: {m.Subject}" } },
            }, stop);
        }
    }
}
