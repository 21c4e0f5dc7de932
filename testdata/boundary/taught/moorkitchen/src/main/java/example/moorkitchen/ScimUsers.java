package example.moorkitchen;

import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.*;

@RestController
@RequestMapping(path = "/scim/v2/Users", produces = "application/scim+json")
class ScimUsers {
    private final Cooks cooks;

    ScimUsers(Cooks cooks) { this.cooks = cooks; }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, Object> create(@RequestBody Map<String, Object> user) {
        return cooks.add(user);
    }

    @PatchMapping("/{id}")
    Map<String, Object> patch(@PathVariable String id, @RequestBody Map<String, Object> ops) {
        if (ops.toString().contains("active=false")) cooks.suspend(id);
        return cooks.get(id);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) {
        cooks.suspend(id);
    }
}
