package example.quayside;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/tariffs")
class TariffController {
    private final Tariffs tariffs;

    TariffController(Tariffs tariffs) {
        this.tariffs = tariffs;
    }

    @GetMapping("/{port}")
    List<Tariff> of(@PathVariable String port) {
        return tariffs.findByPort(port);
    }
}
