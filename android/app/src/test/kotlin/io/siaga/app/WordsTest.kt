package io.siaga.app

import android.app.Application
import io.siaga.engine.AttachFault
import io.siaga.engine.FileState
import io.siaga.engine.IncidentState
import io.siaga.engine.ReportFault
import io.siaga.engine.StoreHealth
import io.siaga.engine.UploadView
import io.siaga.runtime.SiagaException
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
            setOf("app_name", "sos", "titled", "entry", "step_with_note", "waits", "waits_for", "lane_sos", "size_kb")
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
    fun `no word says that the centre has a file before it has signed, or that it is kept here before it is`() {
        val claims = mapOf("en" to ("the centre has" to "a: kept"), "in" to ("ada di pusat" to "a: tersimpan"))
        for ((language, claimed) in claims) {
            val (has, kept) = claimed
            RuntimeEnvironment.setQualifiers("+$language")
            val words = Words(RuntimeEnvironment.getApplication().resources)
            val said = { state: FileState -> words.file(Situations.file("a", state, 2_000u, 2_000u)).single().text }
            assertTrue(said(FileState.Waiting), kept in said(FileState.Waiting))
            assertTrue(said(FileState.Confirmed(0)), has in said(FileState.Confirmed(0)))
            val lost = FileState.Lost(AttachFault.Interrupted)
            for (state in listOf(FileState.Unproven, FileState.Refused, FileState.Copying, FileState.Withdrawn, lost)) {
                assertFalse(said(state), has in said(state) || kept in said(state))
            }
        }
    }

    @Test
    fun `several files say how far they have come together, and one does not repeat itself`() {
        val words = Words(RuntimeEnvironment.getApplication().resources)
        val attached = words.files(Situations.attached.incidents.single()).map(Line::text)
        assertEquals("1 of 5 files signed for, 3.4 MB of 201.3 MB there", attached.last())
        val one = Situations.attached.incidents.single().copy(upload = UploadView(1u, 0u, 2_000u, 0u))
        assertFalse(words.files(one).any { "signed for" in it.text })
    }

    @Test
    fun `a file that waits says how much of it is there, and never more`() {
        val words = Words(RuntimeEnvironment.getApplication().resources)
        val said = listOf(0uL, 999uL, 999_999uL, 1_999_999uL).map { sent ->
            words.file(Situations.file("a\u202Eb", FileState.Waiting, 2_000_000u, sent)).single().text
        }
        val sizes = listOf("0 bytes", "999 bytes", "999 kB", "1.9 MB")
        assertEquals(sizes.map { "a\uFFFDb: kept here, $it of 2.0 MB at the centre" }, said)
    }

    @Test
    fun `every reason for which a file is not taken has its own words`() {
        val faults =
            listOf(
                AttachFault.NoSuchIncident,
                AttachFault.NoSuchFile,
                AttachFault.TooManyFiles(16u),
                AttachFault.TooManyWaiting(48u),
                AttachFault.Empty,
                AttachFault.TooLarge(500_000_000u),
                AttachFault.TooMuchWaiting(2_000_000_000u),
                AttachFault.UnknownType,
                AttachFault.NotAFile,
                AttachFault.Unreadable,
                AttachFault.Changed,
                AttachFault.DiskFull,
                AttachFault.DiskFailed,
                AttachFault.Interrupted,
                AttachFault.AlreadyConfirmed,
            )
        val words = Words(RuntimeEnvironment.getApplication().resources)
        val said = faults.map { words.error(SiagaException.Attach(it)) }
        assertEquals(faults.size, said.toSet().size)
        assertEquals("Not attached: the file has more than 500.0 MB; choose a smaller one, or record less.", said[5])
        assertEquals(english.keys.count { it.startsWith("attach_") }, faults.size)
    }

    @Test
    fun `every reason for which a report is not taken has its own words`() {
        val faults =
            listOf(
                ReportFault.Category,
                ReportFault.TextTooLong(4_001u),
                ReportFault.TextMissing,
                ReportFault.Place,
                ReportFault.Agencies,
                ReportFault.TooManyWaiting(40u),
                ReportFault.TooManyDrafts(4u),
                ReportFault.NoSuchDraft,
                ReportFault.NoSuchIncident,
            )
        val words = Words(RuntimeEnvironment.getApplication().resources)
        val said = faults.map { words.error(SiagaException.Report(it)) }
        assertEquals(faults.size, said.toSet().size)
        assertEquals("It has 4001 characters, and 4,000 at most are possible. Not kept so: shorten it.", said[1])
        assertEquals(english.keys.count { it.startsWith("report_fault_") }, faults.size)
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
