package example.tannery

import org.springframework.data.annotation.Id
import org.springframework.data.repository.CrudRepository

data class Hide(@Id val id: Long?, val plant: String, val notes: String)

interface HideRepository : CrudRepository<Hide, Long> {
    fun findByPlant(plant: String): List<Hide>
}
