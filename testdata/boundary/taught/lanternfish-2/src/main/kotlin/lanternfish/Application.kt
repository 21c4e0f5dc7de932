package lanternfish

import io.ktor.server.application.Application
import io.ktor.server.application.install
import io.ktor.server.plugins.ratelimit.RateLimit
import io.ktor.server.plugins.ratelimit.RateLimitName
import kotlin.time.Duration.Companion.minutes

fun Application.module() {
    install(RateLimit) {
        register(RateLimitName("ai")) { rateLimiter(limit = 20, refillPeriod = 1.minutes) }
    }
    configureSecurity()
    configureRouting(Tutor(environment.config))
}
