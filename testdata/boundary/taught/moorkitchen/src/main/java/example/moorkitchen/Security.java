package example.moorkitchen;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;

@Configuration
@EnableMethodSecurity
class Security {

    @Bean
    @Order(1)
    SecurityFilterChain scim(HttpSecurity http, @Value("${moorkitchen.scim.bearer-token}") String token) throws Exception {
        return http.securityMatcher("/scim/**")
            .csrf(c -> c.disable())
            .addFilterBefore(new ScimTokenFilter(token), BasicAuthenticationFilter.class)
            .authorizeHttpRequests(a -> a.anyRequest().hasAuthority("SCIM"))
            .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain api(HttpSecurity http) throws Exception {
        return http
            .csrf(c -> c.disable())
            .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
            .authorizeHttpRequests(a -> a
                .requestMatchers("/actuator/health", "/api/menus/today").permitAll()
                .requestMatchers(HttpMethod.POST, "/api/recipes/rephrase").permitAll()
                .anyRequest().authenticated())
            .oauth2ResourceServer(o -> o.jwt(Customizer.withDefaults()))
            .build();
    }
}
