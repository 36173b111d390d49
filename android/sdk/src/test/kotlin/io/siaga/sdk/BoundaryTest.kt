package io.siaga.sdk

import com.sun.jna.Native
import io.siaga.ClockPort
import io.siaga.Listener
import io.siaga.LocationPort
import io.siaga.LogPort
import io.siaga.PortException
import io.siaga.Ports
import io.siaga.Siaga
import io.siaga.TransportPort
import io.siaga.engine.CancelAuth
import io.siaga.engine.FixReading
import io.siaga.engine.FixSource
import io.siaga.engine.LocationReport
import io.siaga.engine.PressAnswer
import io.siaga.engine.Radius
import io.siaga.engine.Reading
import io.siaga.engine.Report
import io.siaga.engine.ReportFault
import io.siaga.engine.Source
import io.siaga.net.RawReply
import io.siaga.runtime.SiagaException
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.lang.reflect.Proxy
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicLong

/** The generated object itself, under what a shell can do to it. */
@RunWith(RobolectricTestRunner::class)
class BoundaryTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val opened = mutableListOf<Siaga>()
    private val sinceBootMs = AtomicLong(1_000)
    private val clock =
        object : ClockPort {
            override fun now() = Reading("boot", sinceBootMs.get().toULong(), WALL_MS)
        }

    /** An Error of a port ends here: it reaches neither the core nor the thread that calls. */
    @Before
    fun keep_the_output_readable() = Native.setCallbackExceptionHandler { _, _ -> }

    @After
    fun close() {
        opened.forEach { runCatching { it.shutDown() } }
        Native.setCallbackExceptionHandler(null)
    }

    private fun open(ports: Ports = Ports(clock = clock), config: String = Centre.nowhere()): Siaga =
        Siaga.open(folder.root.path, config, ports).also(opened::add)

    private fun Siaga.pressAfter(ms: Long): PressAnswer {
        sinceBootMs.addAndGet(ms)
        return press(Source.SCREEN)
    }

    private fun Siaga.sos(): String {
        repeat(2) { pressAfter(200) }
        return (pressAfter(200) as PressAnswer.Triggered).incident
    }

    @Test
    fun hostile_text_is_taken_or_declined_and_nothing_of_it_is_lost() {
        val siaga = open()
        val texts = listOf("", "\u0000", "a\u0000b", "\u202Eten.siaga\u202C", "\u200F\u200Eالنجدة", "\uFFFF")
        for (text in texts + "'; drop table rows; --") {
            assertTrue(siaga.submit(Report("theft", text)).isNotEmpty())
            assertEquals(SiagaException.NothingOpen::class.java, thrown { siaga.cancel(CancelAuth.Code(text)) }.javaClass)
        }
        val huge = thrown { siaga.submit(Report("theft", "x".repeat(MILLION))) } as SiagaException.Report
        assertEquals(ReportFault.TextTooLong(MILLION.toUInt()), huge.fault)
        val category = thrown { siaga.submit(Report("\u0000".repeat(MILLION), "text")) } as SiagaException.Report
        assertEquals(ReportFault.Category, category.fault)
        siaga.sos()
        siaga.cancel(CancelAuth.Code("9".repeat(MILLION)))
        val reply = RawReply(200u, emptyList(), ByteArray(MILLION))
        assertTrue(thrown { siaga.transferReplied("\u0000".repeat(MILLION), reply) } is SiagaException)
    }

    @Test
    fun half_a_character_is_refused_before_it_crosses_and_the_object_stays_usable() {
        val siaga = open()
        for (text in listOf("\uD800", "a\uDC00b", "cut \uD83D")) {
            assertTrue(thrown { siaga.submit(Report("theft", text)) } is java.nio.charset.CharacterCodingException)
            assertTrue(thrown { siaga.cancel(CancelAuth.Code(text)) } is java.nio.charset.CharacterCodingException)
            assertTrue(thrown { Siaga.open(folder.root.path, text, Ports()) } is java.nio.charset.CharacterCodingException)
        }
        siaga.sos()
    }

    @Test
    fun a_null_out_of_java_is_an_exception_and_never_reaches_the_core() {
        val siaga = open()
        val submit = Siaga::class.java.getMethod("submit", Report::class.java)
        val cancel = Siaga::class.java.getMethod("cancel", CancelAuth::class.java)
        for (call in listOf(submit, cancel)) {
            assertTrue(thrown { call.invoke(siaga, null) }.cause is NullPointerException)
        }
        siaga.sos()
    }

    @Test
    fun numbers_at_their_ends_are_no_trouble() {
        val siaga = open()
        for (number in listOf(Double.NaN, Double.POSITIVE_INFINITY, -Double.MAX_VALUE, 1e308, -0.0)) {
            val radius = Radius(number, number)
            val age = ULong.MAX_VALUE
            val fix = FixReading(number, number, radius, number, number, number, FixSource.GNSS, false, age, Long.MIN_VALUE)
            siaga.location(LocationReport.Fix(fix))
        }
        assertEquals(emptyList<Any>(), siaga.history(UInt.MAX_VALUE))
        assertEquals(0u, siaga.drain(ULong.MAX_VALUE).waiting)
        siaga.sos()
    }

    @Test
    fun presses_are_an_sos_while_every_port_throws_an_error() {
        val ports =
            Ports(
                entropy = failing(OutOfMemoryError("draw")),
                location = failing(AssertionError("start")),
                log = failing(StackOverflowError()),
                clock = clock,
            )
        open(ports).sos()
    }

    @Test
    fun presses_are_an_sos_while_every_port_throws_an_exception_and_each_is_counted() {
        for (thrown in listOf(PortException.Unavailable(), IllegalStateException("at home, -6.2, 106.8"))) {
            val ports = Ports(clock, failing(thrown), failing(thrown), failing<LogPort>(thrown))
            val siaga = open(ports)
            assertTrue("${siaga.pressAfter(5_000)}", siaga.portFailures() > 2u)
        }
    }

    @Test
    fun randomness_of_a_wrong_length_or_none_is_counted_and_not_used() {
        for (answer in listOf(ByteArray(31), ByteArray(33), ByteArray(0), ByteArray(MILLION), null)) {
            val siaga = open(Ports(clock = clock, entropy = port { answer }))
            val before = siaga.portFailures()
            siaga.pressAfter(5_000)
            assertTrue("${answer?.size}", siaga.portFailures() > before)
            siaga.shutDown()
        }
    }

    @Test
    fun a_clock_that_throws_goes_on_from_its_last_answer_and_one_that_never_answered_is_named() {
        var isBroken = false
        val siaga = open(Ports(clock = port { if (isBroken) throw LinkageError("clock") else clock.now() }))
        siaga.pressAfter(200)
        isBroken = true
        assertTrue(siaga.press(Source.SCREEN).toString().isNotEmpty())
        val unreadable = port<ClockPort> { Reading("\uD800", 0u, 0) }
        for (mute in listOf(failing(IllegalStateException()), failing(LinkageError()), unreadable)) {
            assertTrue(thrown { open(Ports(clock = mute)) } is SiagaException.Platform)
        }
    }

    @Test
    fun time_that_goes_backwards_swallows_no_press() {
        // No other thread has read the clock before, and steps after.
        val siaga = open(Ports(clock = clock, transport = port<TransportPort> { }, ownThread = false))
        sinceBootMs.set(900_000)
        siaga.press(Source.SCREEN)
        sinceBootMs.set(5)
        val answers = (1..4).map { siaga.pressAfter(200) }
        assertTrue("$answers", answers.any { it is PressAnswer.Triggered })
    }

    @Test
    fun a_log_or_a_positioning_that_never_answers_keeps_no_other_thread_from_the_core() {
        val entered = CountDownLatch(1)
        val never = CountDownLatch(1)
        val hanging =
            port<LocationPort> {
                entered.countDown()
                never.await()
            }
        val siaga = open(Ports(clock = clock, location = hanging))
        val pressed = CompletableFuture.supplyAsync { siaga.pressAfter(200) }
        assertTrue(entered.await(1, TimeUnit.MINUTES))
        assertEquals("it is recorded before positioning is asked", 1u.toUByte(), siaga.snapshot().button.presses)
        assertEquals(emptyList<Any>(), siaga.history(1u))
        never.countDown()
        pressed.get(1, TimeUnit.MINUTES)
    }

    @Test
    fun a_listener_that_throws_is_told_again() {
        for (thrown in listOf(AssertionError("an Error"), IllegalStateException("an Exception"))) {
            val siaga = open()
            val told = Semaphore(0)
            siaga.subscribe(listener { told.release().also { throw thrown } }).use {
                repeat(2) {
                    siaga.pressAfter(15_000)
                    assertTrue(told.tryAcquire(1, TimeUnit.MINUTES))
                }
            }
            siaga.shutDown()
        }
    }

    @Test
    fun a_listener_may_call_back_in_subscribe_and_shut_down() {
        val siaga = open()
        // The opening is a change too, and must not shut down what is pressed afterwards.
        val pressed = CountDownLatch(1)
        val done = CountDownLatch(1)
        val callingBack =
            listener {
                pressed.await()
                siaga.snapshot()
                siaga.subscribe(listener { })
                siaga.press(Source.KEYBOARD)
                siaga.shutDown()
                done.countDown()
            }
        siaga.subscribe(callingBack).use {
            siaga.pressAfter(200)
            pressed.countDown()
            assertTrue(done.await(1, TimeUnit.MINUTES))
        }
        assertTrue(thrown { siaga.press(Source.SCREEN) } is SiagaException.Closed)
    }

    @Test
    fun after_shutting_down_and_after_letting_go_every_call_is_an_exception_and_no_crash() {
        val siaga = open()
        val subscription = siaga.subscribe(listener { })
        siaga.shutDown()
        siaga.shutDown()
        val calls =
            listOf<() -> Any?>(
                { siaga.press(Source.SCREEN) },
                { siaga.drill() },
                { siaga.drain(1u) },
                { siaga.history(1u) },
                { siaga.takeTransfers() },
            )
        calls.forEach { assertTrue(thrown { it() } is SiagaException.Closed) }
        assertEquals(0, siaga.snapshot().incidents.size)
        subscription.cancel()
        subscription.close()
        siaga.close()
        calls.forEach { assertTrue(thrown { it() } is IllegalStateException) }
        assertTrue(thrown { subscription.cancel() } is IllegalStateException)
    }

    @Test
    fun two_instances_on_one_folder_make_one_sos() {
        val (one, two) = open() to open()
        one.pressAfter(200)
        two.pressAfter(200)
        val incident = (one.pressAfter(200) as PressAnswer.Triggered).incident
        assertEquals(incident, two.snapshot().incidents.single().id)
        assertEquals(PressAnswer.Escalated(incident, 4u), two.pressAfter(200))
    }

    private fun thrown(call: () -> Unit): Throwable = assertThrows(Throwable::class.java) { call() }

    private fun listener(changed: () -> Unit) =
        object : Listener {
            override fun changed(revision: ULong) = changed()
        }

    /** A port of Java's making, which may answer anything. */
    private inline fun <reified T> port(crossinline answer: () -> Any?): T =
        Proxy.newProxyInstance(T::class.java.classLoader, arrayOf(T::class.java)) { _, _, _ -> answer() } as T

    private inline fun <reified T> failing(failure: Throwable): T = port { throw failure }

    private companion object {
        const val MILLION = 1_000_000
        const val WALL_MS = 1_790_000_000_000L
    }
}
