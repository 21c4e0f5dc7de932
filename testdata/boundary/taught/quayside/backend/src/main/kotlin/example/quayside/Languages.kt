package example.quayside

import com.amazonaws.services.lambda.runtime.Context
import com.amazonaws.services.lambda.runtime.RequestHandler
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent

class Languages : RequestHandler<APIGatewayV2HTTPEvent, List<String>> {
    override fun handleRequest(event: APIGatewayV2HTTPEvent, context: Context) = listOf("en", "de", "nl")
}
