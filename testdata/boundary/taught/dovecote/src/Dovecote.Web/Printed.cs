using System.Security.Cryptography;
using System.Text;

namespace Dovecote.Web;

public static class Printed
{
    public static async Task<IResult> Note(HttpRequest request, IConfiguration config, Db db)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        var want = HMACSHA256.HashData(Encoding.UTF8.GetBytes(config["Printer:SigningKey"]!), Encoding.UTF8.GetBytes(body));
        var given = Convert.FromHexString(request.Headers["X-Signature"].ToString());
        if (!CryptographicOperations.FixedTimeEquals(want, given)) return Results.Unauthorized();
        db.Prints.Add(new Print(body, DateTimeOffset.UtcNow));
        await db.SaveChangesAsync();
        return Results.Accepted();
    }
}
