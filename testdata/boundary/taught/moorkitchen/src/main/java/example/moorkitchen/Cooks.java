package example.moorkitchen;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

@Component
class Cooks {
    private final Map<String, Map<String, Object>> all = new ConcurrentHashMap<>();

    Map<String, Object> add(Map<String, Object> cook) {
        all.put((String) cook.get("userName"), cook);
        return cook;
    }

    Map<String, Object> get(String id) { return all.get(id); }

    void suspend(String id) { all.computeIfPresent(id, (k, v) -> null); }
}
