package example.gannet;

import dev.langchain4j.service.SystemMessage;
import dev.langchain4j.service.UserMessage;
import io.quarkiverse.langchain4j.RegisterAiService;
import io.smallrye.mutiny.Multi;

@RegisterAiService
public interface Surveyor {

    @SystemMessage("You help surveyors of old houses. Say what you see and what you do not.")
    @UserMessage("Findings: {findings}. Write the section on damp.")
    String damp(String findings);

    @UserMessage("{question}")
    Multi<String> chat(String question);
}
