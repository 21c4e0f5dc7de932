using Larder.Web.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Larder.Web.Controllers;

[ApiController]
[Route("account")]
public class AccountController(SignInManager<Cook> signIn) : ControllerBase
{
    public record Login(string Name, string Password);

    [HttpPost("login")]
    public async Task<IActionResult> SignIn(Login login)
    {
        var result = await signIn.PasswordSignInAsync(login.Name, login.Password, isPersistent: true, lockoutOnFailure: true);
        return result.Succeeded ? NoContent() : Unauthorized();
    }
}
