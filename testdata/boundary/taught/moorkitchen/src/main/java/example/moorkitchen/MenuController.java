package example.moorkitchen;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/menus")
class MenuController {
    @GetMapping("/today")
    List<String> today() { return List.of("Leek soup", "Barley risotto"); }
}
