package fairlead;

import dev.langchain4j.model.openai.OpenAiModerationModel;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;

@Singleton
class Guardrail {
    private final OpenAiModerationModel model;

    Guardrail(@Value("${langchain4j.open-ai.api-key}") String key) {
        model = OpenAiModerationModel.builder().apiKey(key).modelName("omni-moderation-latest").build();
    }

    boolean flagged(String text) {
        return model.moderate(text).content().flagged();
    }
}
