using System.IdentityModel.Tokens.Jwt;
using System.Security.Claims;
using System.Text;
using Microsoft.IdentityModel.Tokens;

static class Login
{
    public static IResult Try(string name, string password, IConfiguration config)
    {
        var row = config.GetSection("Masters").GetSection(name);
        if (row["Hash"] is not { } hash || !BCrypt.Net.BCrypt.Verify(password, hash)) return Results.Unauthorized();
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(config["Jwt:Key"]!));
        var token = new JwtSecurityToken("almanac", "almanac", [new Claim("sub", name), new Claim("harbour", row["Harbour"]!)],
            expires: DateTime.UtcNow.AddHours(8), signingCredentials: new SigningCredentials(key, SecurityAlgorithms.HmacSha256));
        return Results.Ok(new { token = new JwtSecurityTokenHandler().WriteToken(token) });
    }
}
