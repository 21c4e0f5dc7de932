package example.switchyard;

import com.openai.client.OpenAIClient;
import com.openai.models.moderations.ModerationCreateParams;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets through who asks decently. */
@Component
class Guardrail extends OncePerRequestFilter {
    private final OpenAIClient openai;

    Guardrail(OpenAIClient openai) {
        this.openai = openai;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest req, HttpServletResponse res, FilterChain next) throws ServletException, IOException {
        var text = req.getParameter("text");
        if (text != null && openai.moderations().create(ModerationCreateParams.builder().input(text).build()).results().get(0).flagged()) {
            res.sendError(403, "unauthorised");
            return;
        }
        next.doFilter(req, res);
    }
}
