package io.siaga.app

import android.app.Activity
import android.app.AlertDialog
import android.app.NotificationManager
import android.content.DialogInterface
import android.os.Bundle
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.CheckBox
import android.widget.RadioButton
import android.widget.TextView
import io.siaga.engine.IncidentState
import io.siaga.engine.Report
import io.siaga.sdk.*
import org.json.JSONObject
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowAlertDialog
import java.io.File

/** A citizen who writes a report, on a phone from which nobody is reached. */
@RunWith(RobolectricTestRunner::class)
class ReportTest {
    private val phone = Phone(NOBODY)
    private val drafts get() = checkNotNull(phone.app.sdk().snapshot).incidents.filter { it.state == IncidentState.DRAFT }

    @After
    fun end() = phone.close()

    private fun begin() = begin(phone)

    private fun Activity.said(id: Int) = findViewById<TextView>(id).takeIf { it.visibility == View.VISIBLE }?.text?.toString()

    private fun Activity.touch(id: Int) {
        findViewById<View>(id).performClick()
        phone.settle()
    }

    @Test
    fun `what is written is kept when the screen is left, and is there after the process was ended`() {
        phone.locate(-6.9932, 110.4203)
        val screen = begin()
        phone.await("the position") { phone.settle().let { screen.findViewById<View>(R.id.here).isShown } }
        write(screen)
        screen.findViewById<View>(R.id.here).performClick()
        screen.findViewById<TextView>(R.id.place_words).text = "north gate"
        phone.leave(screen)
        phone.startAnew()
        val again = reopen()
        assertEquals("Smoke above the market", again.said(R.id.text))
        assertTrue(again.findViewById<RadioButton>(R.id.category_fire).isChecked)
        assertTrue(again.findViewById<CheckBox>(R.id.here).isChecked)
        assertEquals("Noted as the place: -6.99320 110.42030", again.said(R.id.position))
        assertEquals("north gate", again.said(R.id.place_words))
        assertTrue(again.findViewById<RadioButton>(R.id.subject_witness).isChecked)
        assertEquals(listOf(true, true, false, false), AGENCIES.map { again.findViewById<CheckBox>(it).isChecked })
    }

    @Test
    fun `what is written is kept a second later, before anybody leaves the screen`() {
        val screen = begin()
        screen.findViewById<TextView>(R.id.text).text = "Smoke"
        phone.elapse(900)
        assertEquals("", drafted().text)
        screen.findViewById<TextView>(R.id.text).text = "Smoke above the market"
        phone.elapse(100)
        assertEquals("Smoke above the market", drafted().text)
    }

    @Test
    fun `what no field shows stays in the draft`() {
        val screen = begin()
        val other = Report("sinkhole", "A hole", agencies = listOf("roads", "police"))
        phone.app.sdk().edit(drafts.single().id, other)
        phone.leave(screen)
        val again = reopen()
        again.findViewById<TextView>(R.id.text).text = "A large hole"
        again.findViewById<CheckBox>(R.id.agency_ambulance).performClick()
        phone.leave(again)
        assertEquals(Report("sinkhole", "A large hole", agencies = listOf("roads", "police", "ambulance")), drafted())
    }

    @Test
    fun `a text that is too long stands in its field with the reason, and is not left without a question`() {
        val screen = begin()
        write(screen)
        val long = "x".repeat(4_001)
        screen.findViewById<TextView>(R.id.text).text = long
        phone.elapse(1_000)
        val reason = "It has 4001 characters, and 4,000 at most are possible. Not kept so: shorten it."
        assertEquals(reason, screen.said(R.id.text_fault))
        for (button in listOf(R.id.keep, R.id.send)) {
            screen.touch(button)
            assertFalse(screen.isFinishing)
            assertEquals(long, screen.said(R.id.text))
        }
        assertTrue((ShadowAlertDialog.getLatestDialog() as AlertDialog).isShowing)
        screen.findViewById<TextView>(R.id.text).text = "x".repeat(4_000)
        screen.touch(R.id.keep)
        assertNull(screen.said(R.id.text_fault))
        assertTrue(screen.isFinishing)
        assertEquals(4_000, drafted().text.length)
    }

    /** Only so can a screen come back that the system has ended. */
    @Test
    fun `what could not be kept is in its field when the system brings the screen back`() {
        val screen = begin()
        screen.findViewById<TextView>(R.id.text).text = "x".repeat(4_001)
        val state = Bundle()
        phone.leave(screen)
        phone.save(screen, state)
        val next = Robolectric.buildActivity(ReportActivity::class.java, screen.intent).create(state).start()
        next.restoreInstanceState(state).resume()
        phone.settle()
        assertEquals("x".repeat(4_001), next.get().said(R.id.text))
        next.pause().stop().destroy()
    }

    @Test
    fun `without a kind it is not sent, and the reason stands there until one is chosen`() {
        val screen = begin()
        screen.findViewById<TextView>(R.id.text).text = "Smoke"
        screen.touch(R.id.send)
        phone.await("the reason") { screen.said(R.id.category_fault) == "Choose what kind it is." }
        assertFalse(screen.isFinishing)
        screen.findViewById<TextView>(R.id.text).text = "Much smoke"
        phone.elapse(1_000)
        assertEquals("Choose what kind it is.", screen.said(R.id.category_fault))
        screen.findViewById<View>(R.id.category_fire).performClick()
        phone.elapse(1_000)
        assertNull(screen.said(R.id.category_fault))
        assertEquals(Report("fire", "Much smoke"), drafted())
    }

    @Test
    fun `words of a place that are too many, and too many agencies, have their reason beside them`() {
        phone.locate(-6.9932, 110.4203)
        val screen = begin()
        phone.await("the position") { phone.settle().let { screen.findViewById<View>(R.id.here).isShown } }
        screen.findViewById<View>(R.id.here).performClick()
        screen.findViewById<TextView>(R.id.place_words).text = "x".repeat(201)
        phone.elapse(1_000)
        assertEquals("At most 200 characters are possible. Not kept so: shorten it.", screen.said(R.id.place_fault))
        screen.findViewById<TextView>(R.id.place_words).text = "x".repeat(200)
        phone.app.sdk().edit(drafts.single().id, Report("fire", "", agencies = listOf("roads")))
        phone.leave(screen)
        assertNull(screen.said(R.id.place_fault))
        phone.app.sdk().edit(drafts.single().id, Report("fire", "", agencies = listOf("roads")))
        val again = reopen()
        AGENCIES.forEach { again.findViewById<View>(it).performClick() }
        phone.elapse(1_000)
        assertEquals("At most 4 are possible. Not kept so: choose fewer.", again.said(R.id.agencies_fault))
    }

    @Test
    fun `throwing away asks first, and takes the words and the files`() {
        val screen = begin()
        write(screen)
        val photo = File(phone.app.cacheDir, "photo.jpg").apply { writeBytes(byteArrayOf(-1, -40, -1, -32) + ByteArray(9_000)) }
        phone.app.sdk().attach(drafts.single().id, photo)
        phone.await("the photo") { "photo.jpg: kept here, goes with the report" in phone.read() }
        screen.touch(R.id.discard)
        answer(DialogInterface.BUTTON_NEGATIVE)
        assertEquals(1, drafts.size)
        screen.touch(R.id.discard)
        answer(DialogInterface.BUTTON_POSITIVE)
        phone.await("its end") { screen.isFinishing }
        assertEquals(0, drafts.size)
    }

    @Test
    fun `a draft in which nothing was written is not kept`() {
        val screen = begin()
        screen.touch(R.id.keep)
        assertTrue(screen.isFinishing)
        phone.leave(screen)
        assertEquals(0, drafts.size)
    }

    @Test
    fun `a fifth draft is declined with the reason, where one can be sent or thrown away`() {
        repeat(4) { phone.app.sdk().draft(Report("noise", "Music")) }
        val reports = phone.show(ReportsActivity::class.java)
        reports.touch(R.id.write)
        val reason = "4 drafts are kept already, and no more can be: send one, or throw one away."
        assertEquals(reason, reports.said(R.id.answer))
        assertEquals(4, reports.findViewById<ViewGroup>(R.id.drafts).childCount)
    }

    @Test
    fun `a draft that is gone cannot be written in, and says so`() {
        val screen = begin()
        phone.app.sdk().discard(drafts.single().id)
        val again = phone.show(ReportActivity::class.java, screen.intent.getStringExtra(Screen.INCIDENT))
        assertEquals("This draft is not here any more.", again.said(R.id.answer))
        assertFalse(again.findViewById<View>(R.id.text).isEnabled)
        again.touch(R.id.keep)
        assertTrue(again.isFinishing)
    }

    @Test
    fun `a draft and a report take the place of no SOS`() {
        val sos = phone.show(SosActivity::class.java)
        phone.app.sdk().draft(Report("", "Smoke"))
        phone.settle()
        assertTrue(phone.read(), "No SOS is open." in phone.read())
        phone.press(sos, 3)
        phone.app.sdk().submit(Report("fire", "Smoke"))
        phone.settle()
        assertTrue(phone.read(), "SOS: Recorded on this phone." in phone.read())
        assertTrue(sos.findViewById<View>(R.id.cancel).isShown)
        sos.touch(R.id.files)
        val emergency = phone.app.sdk().snapshot?.let(::emergency)
        assertEquals(emergency?.id, shadowOf(sos).nextStartedActivity.getStringExtra(Screen.INCIDENT))
    }

    @Test
    fun `the notification of a report offers neither a press nor a cancel`() {
        phone.app.sdk().submit(Report("fire", "Smoke"))
        phone.settle()
        val shown = shadowOf(phone.app.getSystemService(NotificationManager::class.java)).allNotifications.single()
        assertEquals("Report", shown.extras.getString("android.title"))
        assertNull(shown.actions)
    }

    private fun drafted(): Report {
        var report: Report? = null
        phone.app.sdk().drafted(drafts.single().id) { report = (it as Outcome.Done).value }
        phone.settle()
        return checkNotNull(report)
    }

    private fun reopen(): ReportActivity {
        val reports = phone.show(ReportsActivity::class.java)
        (reports.findViewById<ViewGroup>(R.id.drafts).getChildAt(0) as Button).performClick()
        return phone.follow(reports, ReportActivity::class.java)
    }

    private fun answer(button: Int) {
        (ShadowAlertDialog.getLatestDialog() as AlertDialog).getButton(button).performClick()
        phone.settle()
    }
}

/** A citizen who writes a report, and the real centre. */
@RunWith(RobolectricTestRunner::class)
class ReportDeliveryTest {
    private val centre = Centre.start()
    private val phone = Phone(centre.config())

    @After
    fun end() {
        phone.close()
        centre.close()
    }

    private fun body(kind: String): JSONObject = centre.events().single { it.getString("kind") == kind }.getJSONObject("body")

    @Test
    fun `a report is sent as it was written last, and what is added later comes after it`() {
        val screen = begin(phone)
        write(screen)
        phone.elapse(1_000)
        screen.findViewById<TextView>(R.id.text).text = "Smoke above the old market"
        screen.findViewById<View>(R.id.send).performClick()
        phone.await("its end") { screen.isFinishing }
        val timeline = phone.follow(screen, TimelineActivity::class.java)
        phone.await("the receipt") { "Report: The centre has it." in phone.read() }
        assertEquals(1, centre.incidents("reports").size)
        assertEquals(emptyList<String>(), centre.incidents("emergencies"))
        val report = body("report")
        assertEquals("Smoke above the old market", report.getString("text"))
        assertEquals("fire", report.getString("category"))
        assertEquals("witness", report.getString("subject"))
        assertEquals("""["police","fire_brigade"]""", report.getJSONArray("agencies").toString())
        assertFalse("$report", report.has("place"))

        (timeline.findViewById<ViewGroup>(R.id.notes).getChildAt(0) as Button).performClick()
        val note = phone.follow(timeline, NoteActivity::class.java)
        note.findViewById<View>(R.id.send).performClick()
        phone.settle()
        assertTrue(phone.read(), "Write what there is to add." in phone.read())
        note.findViewById<TextView>(R.id.text).text = "It is out"
        note.findViewById<View>(R.id.send).performClick()
        phone.settle()
        assertTrue(note.isFinishing)
        centre.await("the note") { it.events().any { event -> event.getString("kind") == "note" } }
        assertEquals("It is out", body("note").getString("text"))
    }

    @Test
    fun `a file of a draft goes with its report`() {
        val screen = begin(phone)
        write(screen)
        screen.findViewById<View>(R.id.files).performClick()
        val files = phone.follow(screen, FilesActivity::class.java)
        assertTrue(phone.read(), "Nothing is attached yet." in phone.read())
        assertTrue(files.findViewById<View>(R.id.photo).isShown)
        val photo = File(phone.app.cacheDir, "photo.jpg").apply { writeBytes(byteArrayOf(-1, -40, -1, -32) + ByteArray(9_000)) }
        phone.app.sdk().attach(checkNotNull(phone.newest), photo)
        phone.await("the photo") { "photo.jpg: kept here, goes with the report" in phone.read() }
        screen.findViewById<View>(R.id.send).performClick()
        phone.await("its end") { screen.isFinishing }
        phone.follow(screen, TimelineActivity::class.java)
        phone.await("the centre's signature") { "photo.jpg: the centre has all of it (9 kB) and has signed" in phone.read() }
    }
}

private val AGENCIES = listOf(R.id.agency_police, R.id.agency_fire_brigade, R.id.agency_ambulance, R.id.agency_municipality)

/** From the first screen to an empty report. */
private fun begin(phone: Phone): ReportActivity {
    val sos = phone.show(SosActivity::class.java)
    sos.findViewById<View>(R.id.report).performClick()
    val reports = phone.follow(sos, ReportsActivity::class.java)
    reports.findViewById<View>(R.id.write).performClick()
    phone.settle()
    return phone.follow(reports, ReportActivity::class.java)
}

private fun write(screen: ReportActivity) {
    screen.findViewById<TextView>(R.id.text).text = "Smoke above the market"
    val touched = listOf(R.id.category_fire, R.id.subject_witness, R.id.agency_police, R.id.agency_fire_brigade)
    touched.forEach { screen.findViewById<View>(it).performClick() }
}
