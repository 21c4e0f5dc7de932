package example.atlas;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class Desk {
    public static void main(String[] args) {
        SpringApplication.run(Desk.class, args);
    }
}
