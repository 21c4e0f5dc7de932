package lanternfish

import com.auth0.jwk.JwkProviderBuilder
import io.ktor.server.application.Application
import io.ktor.server.application.install
import io.ktor.server.auth.Authentication
import io.ktor.server.auth.bearer
import io.ktor.server.auth.UserIdPrincipal
import io.ktor.server.auth.jwt.JWTPrincipal
import io.ktor.server.auth.jwt.jwt
import java.net.URI
import java.security.MessageDigest

fun Application.configureSecurity() {
    val issuer = environment.config.property("keycloak.issuer").getString()
    val keys = JwkProviderBuilder(URI("$issuer/protocol/openid-connect/certs").toURL()).build()
    val cron = environment.config.property("jobs.token").getString()

    install(Authentication) {
        jwt("learners") {
            realm = "lanternfish"
            verifier(keys, issuer) { withAudience("lanternfish-app") }
            validate { if (it.payload.getClaim("email_verified").asBoolean()) JWTPrincipal(it.payload) else null }
        }
        bearer("jobs") {
            authenticate { t -> if (MessageDigest.isEqual(t.token.toByteArray(), cron.toByteArray())) UserIdPrincipal("nightly") else null }
        }
    }
}
