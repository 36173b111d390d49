package io.siaga.app

import android.app.Application
import io.siaga.engine.IncidentState
import io.siaga.engine.StoreHealth
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.w3c.dom.Element
import java.io.File
import javax.xml.parsers.DocumentBuilderFactory

/** The words of the app, in both languages. They need no SDK: none is begun, which would go on in the next test. */
@RunWith(RobolectricTestRunner::class)
@Config(application = Application::class)
class WordsTest {
    private val english = texts("values")
    private val indonesian = texts("values-in")

    @Test
    fun `both languages have the same texts, with the same values in them`() {
        assertEquals(english.keys, indonesian.keys)
        val values = Regex("%\\d\\$[ds]")
        for ((name, text) in english) {
            assertEquals(
                name,
                values
                    .findAll(text)
                    .map {
                        it.value
                    }.toSet(),
                values.findAll(indonesian.getValue(name)).map { it.value }.toSet(),
            )
        }
    }

    @Test
    fun `what is the same in both languages is meant to be`() {
        val same =
            setOf("app_name", "sos", "titled", "entry", "step_with_note", "waits", "waits_for", "haptics_normal", "lane_sos")
        assertEquals(emptySet<String>(), english.filter { indonesian[it.key] == it.value }.keys - same)
    }

    @Test
    fun `no word says that the centre has it before the centre has signed`() {
        for (language in listOf("en", "in")) {
            RuntimeEnvironment.setQualifiers("+$language")
            val words = Words(RuntimeEnvironment.getApplication().resources)
            val claims =
                listOf(words.text(R.string.state_active), words.text(R.string.state_opened), words.text(R.string.state_on_scene))
            for (store in StoreHealth.entries) {
                val unsigned = Situations.incident(IncidentState.RECORDED, listOf(Situations.step(1, "opened")))
                val headline = words.headline(unsigned, store)
                assertFalse(headline, claims.any { it in headline })
            }
            val memory = words.headline(Situations.incident(IncidentState.RECORDED, emptyList()), StoreHealth.IN_MEMORY_ONLY)
            assertFalse(memory, words.text(R.string.state_recorded) in memory)
        }
    }

    @Test
    fun `the headline follows the furthest step that is signed`() {
        val words = Words(RuntimeEnvironment.getApplication().resources)
        val steps = listOf("received", "opened", "assigned", "on_scene")
        val said =
            steps.indices.map { last ->
                val timeline = steps.take(last + 1).mapIndexed { n, step -> Situations.step(n + 1, step) }
                words.headline(Situations.incident(IncidentState.ACTIVE, timeline), StoreHealth.DURABLE)
            }
        assertEquals(
            listOf(
                "SOS: The centre has it.",
                "SOS: A person has opened it.",
                "SOS: A unit is assigned.",
                "SOS: Help is on the scene.",
            ),
            said,
        )
    }

    @Test
    fun `what came over the network cannot turn a line around`() {
        assertEquals("a\uFFFDb\uFFFDc", printable("a\u202Eb\u0007c"))
    }

    @Test
    fun `spans are as coarse as a person wants them`() {
        val words = Words(RuntimeEnvironment.getApplication().resources)
        val said = listOf(0uL, 999uL, 1_000uL, 119_000uL, 120_000uL, 7_200_000uL, 172_800_000uL).map(words::span)
        assertEquals(listOf("under 1 s", "under 1 s", "1 s", "119 s", "2 min", "2 h", "2 days"), said)
        assertTrue(said.none(String::isBlank))
    }

    private fun texts(folder: String): Map<String, String> {
        val file = File(System.getProperty("siaga.root"), "android/app/src/main/res/$folder/strings.xml")
        val found = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file).getElementsByTagName("string")
        return (0 until found.length).map { found.item(it) as Element }.associate { it.getAttribute("name") to it.textContent }
    }
}
