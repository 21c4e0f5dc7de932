using Larder.Web.Data;
using Larder.Web.Scim;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Larder.Web.Controllers;

[ApiController]
[Route("scim/v2/Users")]
[ServiceFilter(typeof(ScimTokenFilter))]
public class ScimUsersController(UserManager<Cook> cooks) : ControllerBase
{
    public record Name(string GivenName, string FamilyName);
    public record ScimUser(string UserName, string? ExternalId, Name? Name);

    [HttpGet]
    public IActionResult List() => Ok(new { totalResults = cooks.Users.Count(), Resources = cooks.Users.Select(c => new { c.Id, c.UserName }) });

    [HttpPost]
    public async Task<IActionResult> Create(ScimUser user)
    {
        var cook = new Cook { UserName = user.UserName, Email = user.UserName, ExternalId = user.ExternalId };
        var done = await cooks.CreateAsync(cook);
        return done.Succeeded ? Created($"/scim/v2/Users/{cook.Id}", user) : Conflict();
    }

    [HttpPut("{id}")]
    public async Task<IActionResult> Replace(string id, ScimUser user)
    {
        if (await cooks.FindByIdAsync(id) is not { } cook) return NotFound();
        cook.UserName = user.UserName;
        cook.ExternalId = user.ExternalId;
        await cooks.UpdateAsync(cook);
        return Ok(user);
    }
}
