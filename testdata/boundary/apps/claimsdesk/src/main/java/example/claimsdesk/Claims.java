package example.claimsdesk;

import com.google.genai.Client;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class Claims {
    private final Client gemini = Client.builder().apiKey(System.getenv("GEMINI_API_KEY")).build();

    @PostMapping("/claims/pre-read")
    String preRead(@RequestParam String text) {
        return gemini.models.generateContent("gemini-2.5-flash", "Which papers are missing from this claim?\n" + text, null).text();
    }
}
