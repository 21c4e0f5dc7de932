package example.switchyard;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;

@Configuration
class Paths {
    @Bean
    SecurityFilterChain chain(HttpSecurity http, Guardrail guardrail) throws Exception {
        return http
            .csrf(c -> c.ignoringRequestMatchers("/chat"))
            .addFilterBefore(guardrail, UsernamePasswordAuthenticationFilter.class)
            .authorizeHttpRequests(a -> a
                .requestMatchers("/chat").permitAll()
                .requestMatchers("/dispatch/**").hasRole("DISPATCHER")
                .anyRequest().authenticated())
            .formLogin(Customizer.withDefaults())
            .build();
    }
}
