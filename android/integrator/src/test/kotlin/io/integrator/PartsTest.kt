package io.integrator

import org.cyclonedx.Version
import org.cyclonedx.parsers.JsonParser
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import java.io.File

/** The list of parts, read by those who wrote the format. */
class PartsTest {
    private val file = File(System.getProperty("siaga.parts"))

    @Test
    fun the_list_of_parts_is_valid() {
        assertEquals(emptyList<Any>(), JsonParser().validate(file, Version.VERSION_16))
    }

    @Test
    fun the_list_of_parts_names_what_is_inside_with_its_licence() {
        val parts = JsonParser().parse(file).components
        for (name in listOf("rustls", "sqlite", "jna", "kotlin-stdlib")) {
            assertTrue(name, parts.any { it.name == name })
        }
        assertEquals(emptyList<String>(), parts.filter { it.licenses == null }.map { it.name })
    }
}
