using Anthropic.SDK;
using Anthropic.SDK.Constants;
using Anthropic.SDK.Messaging;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Larder.Web.Controllers;

[Route("stock")]
public class StockController(AnthropicClient claude) : KitchenController
{
    [HttpGet]
    public string[] All() => ["flour", "eggs"];

    [HttpPost("use-up")]
    public async Task<string> UseUp([FromBody] string leftovers) =>
        await Ask($"{Cook} has {leftovers}. What dish uses it up?");

    [AllowAnonymous]
    [HttpGet("seasons")]
    public string Seasons() => "asparagus";

    private async Task<string> Ask(string text)
    {
        var answer = await claude.Messages.GetClaudeMessageAsync(new MessageParameters
        {
            Model = AnthropicModels.Claude45Haiku,
            MaxTokens = 600,
            Messages = [new Message(RoleType.User, text)],
        });
        return answer.Message.ToString();
    }
}
