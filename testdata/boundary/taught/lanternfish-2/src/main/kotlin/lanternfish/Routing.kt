package lanternfish

import io.ktor.server.application.Application
import io.ktor.server.auth.authenticate
import io.ktor.server.auth.principal
import io.ktor.server.auth.jwt.JWTPrincipal
import io.ktor.server.plugins.ratelimit.RateLimitName
import io.ktor.server.plugins.ratelimit.rateLimit
import io.ktor.server.request.receiveText
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import io.ktor.server.routing.route
import io.ktor.server.routing.routing

fun Application.configureRouting(tutor: Tutor) {
    routing {
        get("/health") { call.respondText("up") }
        authenticate("learners") {
            route("/api") {
                get("/me") { call.respondText(call.principal<JWTPrincipal>()!!.subject!!) }
                rateLimit(RateLimitName("ai")) { tutorRoutes(tutor) }
            }
        }
        authenticate("jobs") {
            post("/jobs/digest") { call.respondText(tutor.digest()) }
        }
    }
}

/** The tutor's routes; where they stand decides who may call them. */
fun Route.tutorRoutes(tutor: Tutor) {
    post("/explain") { call.respondText(tutor.explain(call.receiveText())) }
    post("/quiz") { call.respondText(tutor.quiz(call.receiveText())) }
}
