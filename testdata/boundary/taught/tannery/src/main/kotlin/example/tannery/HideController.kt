package example.tannery

import org.springframework.ai.chat.client.ChatClient
import org.springframework.security.core.annotation.AuthenticationPrincipal
import org.springframework.security.oauth2.jwt.Jwt
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.PathVariable
import org.springframework.web.bind.annotation.PostMapping
import org.springframework.web.bind.annotation.RequestMapping
import org.springframework.web.bind.annotation.RestController

@RestController
@RequestMapping("/hides")
class HideController(private val hides: HideRepository, builder: ChatClient.Builder) {

    private val chat = builder.defaultSystem("You grade hides. Name the grade and the reason in two lines.").build()

    @GetMapping
    fun list(@AuthenticationPrincipal jwt: Jwt): List<Hide> = hides.findByPlant(jwt.getClaimAsString("plant"))

    @PostMapping("/{id}/grade")
    fun grade(@PathVariable id: Long): Grade {
        val hide = hides.findById(id).orElseThrow()
        return Grade(id, chat.prompt().user(hide.notes).call().content() ?: "")
    }
}

data class Grade(val id: Long, val text: String)
