package example.tollgate;

import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

@RestController
class Disputes {
    private final RestClient gateway;

    Disputes(@Value("${litellm.base-url}") String url, @Value("${litellm.key}") String key) {
        this.gateway = RestClient.builder().baseUrl(url).defaultHeader("Authorization", "Bearer " + key).build();
    }

    @PostMapping("/disputes/read")
    Map<?, ?> read(@RequestParam String letter) {
        var body = Map.of("model", "claude-haiku", "messages", List.of(Map.of("role", "user", "content", "What is disputed?\n" + letter)));
        return gateway.post().uri("/v1/chat/completions").body(body).retrieve().body(Map.class);
    }
}
