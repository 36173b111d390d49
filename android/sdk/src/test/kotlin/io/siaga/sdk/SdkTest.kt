package io.siaga.sdk

import android.content.pm.ApplicationInfo
import android.os.Looper
import io.siaga.engine.CancelAuth
import io.siaga.engine.IncidentState
import io.siaga.engine.Place
import io.siaga.engine.PressAnswer
import io.siaga.engine.Report
import io.siaga.engine.ReportFault
import io.siaga.engine.Snapshot
import io.siaga.engine.Source
import io.siaga.engine.Subject
import io.siaga.runtime.SiagaException
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertSame
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** The holder, over the real core. */
@RunWith(RobolectricTestRunner::class)
class SdkTest {
    private val context = RuntimeEnvironment.getApplication()

    private fun start(config: String? = Centre.nowhere(), options: SiagaOptions = SiagaOptions()) =
        SiagaSdk.start(context, config, options)

    @After
    fun end() {
        SiagaSdk.current?.end()
    }

    private fun <T> Outcome<T>.done(): T = (this as Outcome.Done).value

    private fun Outcome<*>.why(): SiagaException = (this as Outcome.Declined).why

    @Test
    fun the_first_press_waits_behind_the_opening_and_is_counted() {
        val sdk = start()
        val seen = mutableListOf<Snapshot>()
        sdk.observe(seen::add)
        assertEquals(PressAnswer.Counted(1u, 3u), told { sdk.press(Source.SCREEN, done = it) }.done())
        sdk.settle()
        assertTrue("$seen", seen.any { it.button.presses == 1u.toUByte() })
    }

    @Test
    fun an_answer_comes_on_the_main_thread() {
        val sdk = start()
        assertSame(Looper.getMainLooper().thread, told { done -> sdk.drill { done(Thread.currentThread()) } })
        val observed = mutableSetOf<Thread>()
        sdk.observe { observed += Thread.currentThread() }
        awaitOnMain("the snapshot") { observed.isNotEmpty() }
        assertEquals(setOf(Looper.getMainLooper().thread), observed)
    }

    @Test
    fun starting_again_gives_the_same_one_under_the_options_of_now() {
        val sdk = start()
        assertSame(sdk, start(options = SiagaOptions(haptics = Haptics.FAINT)))
        assertEquals(Haptics.FAINT, sdk.options.haptics)
    }

    @Test
    fun presses_are_an_sos_a_cancel_ends_it_and_observers_see_both() {
        val sdk = start()
        val seen = mutableListOf<Snapshot>()
        val observation = sdk.observe(seen::add)
        val incident = sdk.sos(agoMs = 2_000)
        awaitOnMain("the SOS") { seen.lastOrNull()?.incidents?.singleOrNull()?.id == incident }
        assertEquals(incident, told { sdk.cancel(CancelAuth.Code("1234"), it) }.done())
        awaitOnMain("the cancel") { seen.last().incidents.single().state == IncidentState.CANCELLED }
        observation.close()
        val before = seen.size
        sdk.sos()
        awaitOnMain("another") { sdk.snapshot?.incidents?.size == 2 }
        assertEquals(before, seen.size)
    }

    @Test
    fun what_the_core_declines_is_data_with_what_to_do() {
        val sdk = start()
        assertTrue(told { sdk.cancel(done = it) }.why() is SiagaException.NothingOpen)
        val fault = told { sdk.submit(Report("Not one", "text"), it) }.why()
        assertEquals(ReportFault.Category, (fault as SiagaException.Report).fault)
        assertEquals(emptyList<Any>(), told { sdk.history(-1, it) }.done())
    }

    @Test
    fun a_draft_is_edited_read_submitted_and_added_to_and_another_thrown_away() {
        val sdk = start()
        val draft = told { sdk.draft(Report("", "Smoke"), it) }.done()
        val edited = Report("fire", "Fire", Place(-6.99, 110.42, 50u, "north gate"), Subject.WITNESS, listOf("police"))
        told { sdk.edit(draft, edited, it) }.done()
        assertEquals(edited, told { sdk.drafted(draft, it) }.done())
        assertEquals(draft, told { sdk.submitDraft(draft, it) }.done())
        told { sdk.addNote(draft, "A second car \uD83D", it) }.done()
        val other = told { sdk.draft(Report("noise", "Music"), it) }.done()
        told { sdk.discard(other, it) }.done()
        assertEquals(ReportFault.NoSuchDraft, (told { sdk.drafted(other, it) }.why() as SiagaException.Report).fault)
        awaitOnMain("the report alone") { sdk.snapshot?.incidents?.map { it.state } == listOf(IncidentState.RECORDED) }
    }

    @Test
    fun text_that_was_cut_within_a_character_is_kept_but_for_the_half() {
        val sdk = start()
        assertTrue(told { sdk.submit(Report("theft", "a thief \uD83D"), it) } is Outcome.Done)
        sdk.sos()
        assertTrue(told { sdk.cancel(CancelAuth.Code("12\uDC00"), it) } is Outcome.Done)
    }

    @Test
    fun a_configuration_that_cannot_be_used_is_what_every_call_says() {
        for (config in listOf(null, "", "\u0000", "{}", "{\"centre\":{}}", "x".repeat(1_000_000), "\uD800")) {
            val sdk = start(config)
            assertTrue("$config", told { sdk.press(Source.SCREEN, done = it) } is Outcome.Declined)
            assertNull(sdk.snapshot)
        }
        assertTrue(told { start("{}").press(Source.SCREEN, done = it) }.why() is SiagaException.Config)
        assertEquals(PressAnswer.Counted(1u, 3u), told { start().press(Source.SCREEN, done = it) }.done())
    }

    @Test
    fun a_broken_configuration_leaves_the_last_good_one_in_force_also_in_the_next_process() {
        val sdk = start()
        val incident = sdk.sos(agoMs = 2_000)
        val outcome = told<Outcome<Unit>> { SiagaSdk.start(context, "{", done = it) }
        assertTrue(outcome.why() is SiagaException.Config)
        val answer = told { sdk.press(Source.SCREEN, done = it) }.done()
        assertEquals(PressAnswer.Escalated(incident, 4u), answer)
        sdk.end()
        assertTrue(told<Outcome<Unit>> { SiagaSdk.start(context, "{", done = it) }.why() is SiagaException.Config)
        val next = checkNotNull(SiagaSdk.current)
        awaitOnMain("the SOS") { next.snapshot?.incidents?.singleOrNull()?.id == incident }
    }

    @Test
    fun another_configuration_takes_over_what_waits() {
        val sdk = start()
        val incident = sdk.sos()
        val elsewhere = Centre.nowhere("https://127.0.0.1:10")
        assertTrue(told<Outcome<Unit>> { SiagaSdk.start(context, elsewhere, done = it) } is Outcome.Done)
        assertEquals(incident, told { sdk.cancel(done = it) }.done())
    }

    @Test
    fun a_blocking_call_on_the_main_thread_is_refused_where_somebody_can_learn_from_it() {
        val sdk = start()
        context.applicationInfo.flags = context.applicationInfo.flags or ApplicationInfo.FLAG_DEBUGGABLE
        val refusal = assertThrows(IllegalStateException::class.java) { sdk.blocking { it.snapshot() } }
        assertTrue(refusal.message.orEmpty(), "thread of your own" in refusal.message.orEmpty())
        val elsewhere = CompletableFuture.supplyAsync { sdk.blocking { it.snapshot() } }.get(1, TimeUnit.MINUTES)
        assertTrue("$elsewhere", elsewhere is Outcome.Done)
        context.applicationInfo.flags = context.applicationInfo.flags and ApplicationInfo.FLAG_DEBUGGABLE.inv()
        assertTrue(sdk.blocking { it.snapshot() } is Outcome.Done)
    }

    @Test
    fun an_observer_or_an_answer_that_throws_is_counted_and_the_others_are_told() {
        val sdk = start()
        sdk.observe { throw AssertionError("an Error") }
        sdk.observe { error("an Exception") }
        val seen = mutableListOf<Snapshot>()
        sdk.observe(seen::add)
        sdk.settle()
        val before = sdk.hostFaults
        sdk.press(Source.SCREEN) { throw StackOverflowError() }
        awaitOnMain("the press") { seen.any { it.button.presses == 1u.toUByte() } }
        assertTrue("${sdk.hostFaults}", sdk.hostFaults >= before + 3)
    }

    @Test
    fun an_observer_may_call_back_in_and_close_itself() {
        val sdk = start()
        var observation: Observation? = null
        var calls = 0
        val seen = mutableListOf<Snapshot>()
        sdk.observe(seen::add)
        observation =
            sdk.observe {
                calls += 1
                sdk.press(Source.KEYBOARD)
                observation?.close()
            }
        awaitOnMain("the press of the observer") { seen.any { it.button.presses == 1u.toUByte() } }
        assertEquals(1, calls)
    }

    @Test
    fun after_shutting_down_every_call_says_closed_and_a_new_start_goes_on() {
        val old = start()
        val incident = old.sos()
        old.shutDown()
        old.shutDown()
        assertTrue(told { old.press(Source.SCREEN, done = it) }.why() is SiagaException.Closed)
        assertTrue(told { old.drill(it) }.why() is SiagaException.Closed)
        old.refresh()
        old.permissionsChanged()
        assertEquals(incident, old.snapshot?.incidents?.single()?.id)
        assertNull(SiagaSdk.current)
        old.settle()
        val sdk = start()
        assertEquals(incident, told { sdk.cancel(done = it) }.done())
    }

    @Test
    fun a_process_that_the_system_begins_goes_on_as_at_the_last_start() {
        assertNull(SiagaSdk.goOn(context))
        assertNull(SiagaSdk.background(context, 1_000))
        val incident = start().sos()
        SiagaSdk.current?.end()
        val sdk = checkNotNull(SiagaSdk.goOn(context))
        assertEquals(incident, told { sdk.cancel(done = it) }.done())
        assertFalse(told<Readiness> { sdk.readiness(it) }.lastBackgroundRunWallMs != null)
    }
}
