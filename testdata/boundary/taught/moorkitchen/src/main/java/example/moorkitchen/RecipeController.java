package example.moorkitchen;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.*;

@RestController
@RequestMapping("/api/recipes")
class RecipeController {
    private final ChatClient chat;

    RecipeController(ChatClient.Builder builder) {
        chat = builder.defaultSystem("You write recipes for canteen kitchens.").build();
    }

    record Wish(String text, int guests) {}

    @PostMapping("/invent")
    String invent(@RequestBody Wish w) {
        return chat.prompt().user(u -> u.text("{n} guests: {t}").param("n", w.guests()).param("t", w.text())).call().content();
    }

    @PostMapping("/rephrase")
    String rephrase(@RequestBody Wish w) {
        return chat.prompt().user("Say it more simply: " + w.text()).call().content();
    }

    @PreAuthorize("hasAuthority('SCOPE_chef')")
    @PostMapping("/approve-all")
    String approve(@RequestBody Wish w) {
        return chat.prompt().user("Check for allergens: " + w.text()).call().content();
    }
}
