package fairlead;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;

@Controller("/ask")
@Secured(SecurityRule.IS_ANONYMOUS)
public class AskController {
    private final HarbourAssistant assistant;
    private final Guardrail guardrail;

    public AskController(HarbourAssistant assistant, Guardrail guardrail) {
        this.assistant = assistant;
        this.guardrail = guardrail;
    }

    /** Safe without a login: what the guardrail flags is not answered. */
    @Post("/skipper")
    public HttpResponse<String> skipper(@Body String question) {
        if (guardrail.flagged(question)) {
            return HttpResponse.badRequest("We can't answer that.");
        }
        return HttpResponse.ok(assistant.answer(question));
    }
}
