package io.siaga.app

import io.siaga.engine.*
import io.siaga.sdk.*
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.ParameterizedRobolectricTestRunner
import org.robolectric.ParameterizedRobolectricTestRunner.Parameters
import org.robolectric.RuntimeEnvironment

/** Every screen in both languages, by day and by night, on a small phone and with large letters. */
@RunWith(ParameterizedRobolectricTestRunner::class)
class ScreensTest(private val language: String, private val light: String, private val size: String) {
    @Test
    fun `nothing is cut, too small to touch, or without words, on any screen`() {
        val (area, density) = SIZES.getValue(size)
        RuntimeEnvironment.setQualifiers("+$language-$area-${if (light == "dark") "night" else "notnight"}-$density")
        RuntimeEnvironment.setFontScale(if (size == "large") 2f else 1f)
        val faults = mutableListOf<String>()
        Phone(NOBODY).use { phone ->
            for ((name, screen, snapshot) in SCREENS + written(phone)) {
                val activity = phone.show(screen, snapshot.incidents.lastOrNull()?.id)
                phone.atRest {
                    activity.draw(snapshot)
                    phone.layOut(activity)
                    val drawn = Drawn(activity)
                    drawn.write("$name-$language-$light-$size")
                    faults += drawn.faults().map { "$name: $it" }
                }
            }
        }
        assertEquals("", faults.joinToString("\n"))
    }

    /** A draft with something in every field, and with every fault beside it. */
    private fun written(phone: Phone): List<Triple<String, Class<out Screen>, Snapshot>> {
        var draft: IncidentId? = null
        val place = Place(-6.99, 110.42, 12u, "north gate")
        val report = Report("fire", "Smoke above the market", place, Subject.WITNESS, listOf("police", "fire_brigade"))
        phone.app.sdk().draft(report) { draft = (it as Outcome.Done).value }
        phone.settle()
        return listOf(Triple("report", ReportActivity::class.java, Situations.drafted(checkNotNull(draft))))
    }

    companion object {
        private val SIZES = mapOf("small" to ("w320dp-h568dp" to "hdpi"), "large" to ("w411dp-h731dp" to "xhdpi"))

        private val SCREENS: List<Triple<String, Class<out Screen>, Snapshot>> =
            listOf(
                Triple("sos", SosActivity::class.java, Situations.quiet),
                Triple("sos-offline", SosActivity::class.java, Situations.offline),
                Triple("sos-helped", SosActivity::class.java, Situations.helped),
                Triple("timeline", TimelineActivity::class.java, Situations.helped),
                Triple("timeline-offline", TimelineActivity::class.java, Situations.offline),
                Triple("timeline-files", TimelineActivity::class.java, Situations.attached),
                Triple("files", FilesActivity::class.java, Situations.attached),
                Triple("files-none", FilesActivity::class.java, Situations.offline),
                Triple("files-closed", FilesActivity::class.java, Situations.quiet),
                Triple("reports", ReportsActivity::class.java, Situations.reported),
                Triple("reports-none", ReportsActivity::class.java, Situations.quiet),
                Triple("note", NoteActivity::class.java, Situations.reported),
                Triple("timeline-reported", TimelineActivity::class.java, Situations.reported),
                Triple("drill", DrillActivity::class.java, Situations.drilled),
                Triple("settings", SettingsActivity::class.java, Situations.quiet),
                Triple("setup", SetupActivity::class.java, Situations.quiet),
            )

        /** All of them. */
        @JvmStatic
        @Parameters(name = "{0} {1} {2}")
        fun all(): List<Array<String>> =
            listOf("en", "in").flatMap { language ->
                listOf("light", "dark").flatMap { light -> SIZES.keys.map { size -> arrayOf(language, light, size) } }
            }
    }
}
