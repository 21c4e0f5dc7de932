package example.gannet;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

@Path("/status")
public class StatusResource {
    @GET
    @PermitAll
    public String status() {
        return "The assistant is up.";
    }
}
