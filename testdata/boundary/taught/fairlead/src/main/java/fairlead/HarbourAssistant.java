package fairlead;

import dev.langchain4j.service.SystemMessage;
import io.micronaut.langchain4j.annotation.AiService;

@AiService
public interface HarbourAssistant {
    @SystemMessage("You answer skippers on berths, fees and tides of the harbour.")
    String answer(String question);
}
