package example.quayside

import com.amazonaws.services.lambda.runtime.Context
import com.amazonaws.services.lambda.runtime.RequestHandler
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2CustomAuthorizerEvent
import com.descope.client.Config
import com.descope.client.DescopeClient
import com.descope.exception.DescopeException

/** Says whether the session token of a request is one that Descope gave out for us. */
class Authorize : RequestHandler<APIGatewayV2CustomAuthorizerEvent, Map<String, Any>> {
    private val descope = DescopeClient(Config.builder().projectId(System.getenv("DESCOPE_PROJECT_ID")).build())

    override fun handleRequest(event: APIGatewayV2CustomAuthorizerEvent, context: Context): Map<String, Any> = try {
        val token = descope.authenticationServices.authService.validateSessionWithToken(event.headers["authorization"]?.removePrefix("Bearer "))
        mapOf("isAuthorized" to true, "context" to mapOf("user" to token.id))
    } catch (_: DescopeException) {
        mapOf("isAuthorized" to false)
    }
}
