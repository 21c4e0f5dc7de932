package example.quayside;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.server.ResponseStatusException;

@RestController
@RequestMapping("/claims")
class ClaimController {
    private final Claims claims;
    private final ChatClient chat;

    ClaimController(Claims claims, ChatClient.Builder builder) {
        this.claims = claims;
        this.chat = builder.defaultSystem("You draft claims for damaged freight under CMR.").build();
    }

    @PostMapping("/{id}/draft")
    Draft draft(@PathVariable long id, @AuthenticationPrincipal Jwt who) {
        var claim = claims.findByIdAndForwarder(id, who.getClaimAsString("forwarder"))
            .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        return new Draft(chat.prompt().user(claim.story()).call().content());
    }

    @DeleteMapping("/{id}")
    @PreAuthorize("hasAuthority('lead')")
    void remove(@PathVariable long id, @AuthenticationPrincipal Jwt who) {
        claims.deleteByIdAndForwarder(id, who.getClaimAsString("forwarder"));
    }

    record Draft(String text) {}
}
