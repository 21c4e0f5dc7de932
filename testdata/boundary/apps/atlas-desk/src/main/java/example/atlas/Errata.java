package example.atlas;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
class Errata {
    private final ChatClient chat;

    Errata(ChatClient.Builder builder) {
        this.chat = builder.defaultSystem("Sort a reader's remark into: name, border, road, other.").build();
    }

    record Remark(String sheet, String text) {}

    @PostMapping("/errata")
    String sort(@RequestBody Remark remark, @AuthenticationPrincipal Jwt reader) {
        return chat.prompt().user(remark.sheet() + ": " + remark.text()).call().content();
    }
}
