package fairlead;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import jakarta.annotation.security.PermitAll;

@PermitAll
@Controller("/tides")
class HealthController {
    @Get
    String tides() {
        return "high water 14:02";
    }
}
