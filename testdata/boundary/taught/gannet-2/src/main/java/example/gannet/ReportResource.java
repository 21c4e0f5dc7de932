package example.gannet;

import io.quarkus.oidc.IdToken;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.jwt.JsonWebToken;

@Path("/reports")
@Consumes(MediaType.TEXT_PLAIN)
public class ReportResource {
    @Inject
    Surveyor surveyor;

    @Inject
    @IdToken
    JsonWebToken who;

    @POST
    @Path("/damp")
    public String damp(String findings) {
        return "By " + who.getName() + "\n\n" + surveyor.damp(findings);
    }
}
