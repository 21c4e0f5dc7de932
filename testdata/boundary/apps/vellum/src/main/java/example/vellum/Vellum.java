package example.vellum;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class Vellum {
    public static void main(String[] args) {
        SpringApplication.run(Vellum.class, args);
    }
}
