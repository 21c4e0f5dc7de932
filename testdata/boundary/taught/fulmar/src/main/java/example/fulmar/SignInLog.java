package example.fulmar;

import org.springframework.context.event.EventListener;
import org.springframework.security.authentication.event.AuthenticationSuccessEvent;
import org.springframework.stereotype.Component;

@Component
class SignInLog {
    private final AuditEvents events;

    SignInLog(AuditEvents events) {
        this.events = events;
    }

    @EventListener
    void signedIn(AuthenticationSuccessEvent e) {
        events.save(new AuditEvent("signed-in", e.getAuthentication().getName(), e.getTimestamp()));
    }
}
