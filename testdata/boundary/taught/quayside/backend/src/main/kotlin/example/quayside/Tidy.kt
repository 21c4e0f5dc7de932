package example.quayside

import com.amazonaws.services.lambda.runtime.Context
import com.amazonaws.services.lambda.runtime.RequestHandler
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers

/** Makes sentences of what was dictated. */
class Tidy : RequestHandler<APIGatewayV2HTTPEvent, String> {
    private val http = HttpClient.newHttpClient()

    override fun handleRequest(event: APIGatewayV2HTTPEvent, context: Context): String {
        val body = """{"model":"tidy","messages":[{"role":"user","content":${event.body}}]}"""
        val request = HttpRequest.newBuilder(URI(System.getenv("LITELLM_URL") + "/v1/chat/completions"))
            .header("Authorization", "Bearer " + System.getenv("LITELLM_MASTER_KEY"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build()
        return http.send(request, BodyHandlers.ofString()).body()
    }
}
