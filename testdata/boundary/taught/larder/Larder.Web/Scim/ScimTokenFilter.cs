using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Larder.Web.Scim;

public class ScimTokenFilter(IConfiguration config) : IAuthorizationFilter
{
    public void OnAuthorization(AuthorizationFilterContext context)
    {
        var want = Encoding.UTF8.GetBytes("Bearer " + config["Scim:Token"]);
        var got = Encoding.UTF8.GetBytes(context.HttpContext.Request.Headers.Authorization.ToString());
        if (!CryptographicOperations.FixedTimeEquals(want, got))
        {
            context.Result = new UnauthorizedResult();
        }
    }
}
