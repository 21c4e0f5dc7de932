package lanternfish

import com.openai.client.OpenAIClient
import com.openai.client.okhttp.OpenAIOkHttpClient
import com.openai.models.ChatModel
import com.openai.models.responses.ResponseCreateParams
import io.ktor.server.config.ApplicationConfig

class Tutor(config: ApplicationConfig) {
    private val client: OpenAIClient = OpenAIOkHttpClient.builder()
        .apiKey(config.property("openai.key").getString())
        .project(config.property("openai.project").getString())
        .build()

    private fun ask(text: String): String {
        val params = ResponseCreateParams.builder().model(ChatModel.GPT_5_MINI).input(text).store(false).build()
        return client.responses().create(params).output()
            .mapNotNull { it.message().orElse(null) }
            .flatMap { it.content() }
            .joinToString("") { it.outputText().map { t -> t.text() }.orElse("") }
    }

    fun explain(topic: String) = ask("Explain to a twelve-year-old: $topic")

    fun quiz(topic: String) = ask("Five questions on: $topic")

    fun digest() = ask("A greeting for the weekly mail to parents")
}
