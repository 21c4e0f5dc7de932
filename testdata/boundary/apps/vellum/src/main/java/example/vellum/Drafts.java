package example.vellum;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;

@RestController
class Drafts {
    private final BedrockRuntimeClient bedrock = BedrockRuntimeClient.create();

    @PostMapping("/drafts")
    String draft(@RequestParam String facts) {
        var out = bedrock.converse(r -> r.modelId("amazon.nova-lite-v1:0")
            .messages(m -> m.role(ConversationRole.USER).content(ContentBlock.fromText("Draft a deed from: " + facts))));
        return out.output().message().content().get(0).text();
    }
}
