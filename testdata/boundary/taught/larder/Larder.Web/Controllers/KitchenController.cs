using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Larder.Web.Controllers;

/// <summary>What all controllers of the kitchens share: one has to be signed in.</summary>
[Authorize]
[ApiController]
public abstract class KitchenController : ControllerBase
{
    protected string Cook => User.Identity!.Name!;
}
