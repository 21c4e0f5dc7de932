package example.switchyard;

import com.openai.client.OpenAIClient;
import com.openai.models.responses.ResponseCreateParams;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class Chat {
    private final OpenAIClient openai;

    Chat(OpenAIClient openai) {
        this.openai = openai;
    }

    @PostMapping("/chat")
    String chat(@RequestParam String text) {
        var out = openai.responses().create(ResponseCreateParams.builder().model("gpt-4.1-mini").input(text).build());
        return out.output().toString();
    }
}
