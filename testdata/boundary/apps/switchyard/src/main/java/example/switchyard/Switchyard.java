package example.switchyard;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
public class Switchyard {
    public static void main(String[] args) {
        SpringApplication.run(Switchyard.class, args);
    }

    @Bean
    OpenAIClient openai() {
        return OpenAIOkHttpClient.fromEnv();
    }
}
