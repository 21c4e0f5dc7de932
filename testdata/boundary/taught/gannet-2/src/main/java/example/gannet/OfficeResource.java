package example.gannet;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.jboss.logging.Logger;

@Path("/office")
public class OfficeResource {
    private static final Logger AUDIT = Logger.getLogger("audit");

    @Inject
    Surveyor surveyor;

    @GET
    @Path("/summary")
    public String summary() {
        AUDIT.info("office asked for the summary");
        return surveyor.damp("all houses of the week");
    }
}
