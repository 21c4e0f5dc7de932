package fairlead;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import java.security.Principal;

@Secured(SecurityRule.IS_AUTHENTICATED)
@Controller("/office")
class OfficeController {
    private final HarbourAssistant assistant;
    private final Guardrail guardrail;

    OfficeController(HarbourAssistant assistant, Guardrail guardrail) {
        this.assistant = assistant;
        this.guardrail = guardrail;
    }

    @Get("/berths")
    String berths() {
        return "12 free";
    }

    @Post("/letter")
    HttpResponse<String> letter(@Body String about, Principal who) {
        if (guardrail.flagged(about)) {
            return HttpResponse.badRequest("Please reword.");
        }
        return HttpResponse.ok(assistant.answer("A letter by " + who.getName() + " on " + about));
    }

    @Secured("ROLE_HARBOUR_MASTER")
    @Post("/fees")
    String fees(@Body String year) {
        return assistant.answer("Explain the fees of " + year);
    }
}
