using System.Text.Json.Nodes;
using OpenAI.Chat;

var settings = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "settings.json")))!;
var chat = new ChatClient(settings["OpenAI"]!["Model"]!.ToString(), settings["OpenAI"]!["ApiKey"]!.ToString());

var letter = File.ReadAllText(args[0]);
var answer = await chat.CompleteChatAsync($"Check this letter for rude words:\n{letter}");
Console.WriteLine(answer.Value.Content[0].Text);
