package io.siaga.app

import org.junit.Assert.assertEquals
import org.junit.Test
import org.w3c.dom.Element
import java.io.File
import javax.xml.parsers.DocumentBuilderFactory
import kotlin.math.pow

/** Colours that everybody can read: https://www.w3.org/TR/WCAG22/#contrast-minimum */
class ColoursTest {
    @Test
    fun `every text stands out from what is behind it, by day and by night`() {
        val pairs =
            listOf("ink", "quiet", "alarm", "calm", "trouble", "accent").flatMap { listOf(it to "page", it to "card") } +
                listOf("on_button" to "button", "on_button" to "button_pressed")
        val weak = listOf("values", "values-night").flatMap { folder ->
            pairs.filter { contrast(folder, it) < TEXT }.map {
                folder to
                    it
            }
        }
        assertEquals(emptyList<Any>(), weak)
    }

    @Test
    fun `edges and controls stand out as well`() {
        val weak = listOf("values", "values-night").filter {
            contrast(it, "line" to "card") < CONTROL ||
                contrast(it, "line" to "page") < CONTROL ||
                contrast(it, "button" to "page") < CONTROL
        }
        assertEquals(emptyList<String>(), weak)
    }

    private fun contrast(folder: String, pair: Pair<String, String>): Double {
        val colours = colours(folder)
        val (dark, bright) = listOf(pair.first, pair.second).map { luminance(colours.getValue(it)) }.sorted()
        return (bright + 0.05) / (dark + 0.05)
    }

    private fun luminance(colour: Int): Double {
        val (red, green, blue) =
            listOf(16, 8, 0).map { shift ->
                val part = (colour shr shift and 0xFF) / 255.0
                if (part <= 0.04045) part / 12.92 else ((part + 0.055) / 1.055).pow(2.4)
            }
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    private fun colours(folder: String): Map<String, Int> {
        val file = File(System.getProperty("siaga.root"), "android/app/src/main/res/$folder/colors.xml")
        val found = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file).getElementsByTagName("color")
        return (0 until found.length).map { found.item(it) as Element }.associate {
            it.getAttribute("name") to
                it.textContent.drop(1).toInt(16)
        }
    }

    private companion object {
        const val TEXT = 4.5
        const val CONTROL = 3.0
    }
}
