package example.fulmar;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.SafeGuardAdvisor;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import java.util.List;

@RestController
@RequestMapping("/letters")
class Letters {
    private final ChatClient chat;
    private final Claims claims;

    Letters(ChatClient.Builder builder, Claims claims) {
        this.chat = builder.defaultAdvisors(new SafeGuardAdvisor(List.of("ignore previous instructions"))).build();
        this.claims = claims;
    }

    @PostMapping("/{claim}/draft")
    String draft(@PathVariable long claim, @AuthenticationPrincipal OidcUser who) {
        var found = claims.findByIdAndInsurer(claim, who.getClaimAsString("insurer")).orElseThrow();
        return chat.prompt().system("Write to the insured person, politely.").user(found.facts()).call().content();
    }

    @PostMapping("/{claim}/send")
    @PreAuthorize("hasAuthority('letters:send')")
    void send(@PathVariable long claim, @AuthenticationPrincipal OidcUser who) {
        claims.send(claim, who.getClaimAsString("insurer"));
    }
}
