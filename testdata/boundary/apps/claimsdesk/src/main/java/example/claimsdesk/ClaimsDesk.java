package example.claimsdesk;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class ClaimsDesk {
    public static void main(String[] args) {
        SpringApplication.run(ClaimsDesk.class, args);
    }
}
