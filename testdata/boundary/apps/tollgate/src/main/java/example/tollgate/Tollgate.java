package example.tollgate;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class Tollgate {
    public static void main(String[] args) {
        SpringApplication.run(Tollgate.class, args);
    }
}
