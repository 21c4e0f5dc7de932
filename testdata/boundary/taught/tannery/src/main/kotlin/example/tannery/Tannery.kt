package example.tannery

import org.springframework.boot.autoconfigure.SpringBootApplication
import org.springframework.boot.runApplication

@SpringBootApplication
class Tannery

fun main(args: Array<String>) {
    runApplication<Tannery>(*args)
}
