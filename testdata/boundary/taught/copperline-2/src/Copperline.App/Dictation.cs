using System.Net.Http.Headers;
using System.Text.Json;

namespace Copperline.App;

public class Dictation(JsonElement settings)
{
    private readonly HttpClient http = new();

    public async Task<string> WriteDown(Stream wav)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, settings.GetProperty("Endpoint").GetString());
        request.Headers.Authorization = new AuthenticationHeaderValue("Token", settings.GetProperty("DEEPGRAM_API_KEY").GetString());
        request.Content = new StreamContent(wav);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("audio/wav");
        var answer = await http.SendAsync(request);
        using var json = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("results").GetProperty("channels")[0]
            .GetProperty("alternatives")[0].GetProperty("transcript").GetString() ?? "";
    }
}
