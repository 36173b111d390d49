package io.siaga.sdk

import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.location.Location
import android.location.LocationManager
import android.os.SystemClock
import com.sun.jna.Native
import io.siaga.CredentialsPort
import io.siaga.TransportPort
import io.siaga.engine.Failure
import io.siaga.engine.Happening
import io.siaga.engine.IncidentState
import io.siaga.engine.IncidentView
import io.siaga.engine.NoFix
import io.siaga.engine.PositionView
import io.siaga.engine.Snapshot
import io.siaga.engine.Source
import io.siaga.engine.Trouble
import io.siaga.net.Header
import io.siaga.net.RawReply
import io.siaga.net.Transfer
import org.junit.After
import org.junit.AfterClass
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.BeforeClass
import org.junit.ClassRule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import java.io.File
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch

/** All of it: the framework's classes, the real core, and the real centre in another process. */
@RunWith(RobolectricTestRunner::class)
class DeliveryTest {
    private val app = RuntimeEnvironment.getApplication()
    private val dead = mutableListOf<SiagaSdk>()

    @After
    fun end() {
        dead.forEach { it.end() }
        SiagaSdk.current?.end()
    }

    private fun start(config: String = centre.config(), options: SiagaOptions = SiagaOptions()) =
        SiagaSdk.start(app, config, options)

    private fun SiagaSdk.receipted(incident: String): IncidentView {
        awaitOnMain("the receipt") { snapshot?.incidents?.any { it.id == incident && it.receipt != null } == true }
        return checkNotNull(snapshot).incidents.single { it.id == incident }
    }

    /** The dispatcher's card of one incident. */
    private fun card(incident: String) =
        centre.page().substringAfter("<article id=\"i-$incident\"", "").substringBefore("</article>")

    /** The nearest to a kill that one process can do to itself: its core lets go of all files, and nothing is given back. */
    private fun SiagaSdk.die() {
        told { done -> call(done) { it.prepareSuspend() } }
        val current = SiagaSdk::class.java.getDeclaredField("current")
        current.isAccessible = true
        current.set(null, null)
        dead.add(this)
    }

    @Test
    fun three_presses_arrive_with_the_place_where_the_phone_is() {
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION)
        val place =
            Location(LocationManager.GPS_PROVIDER).apply {
                latitude = -6.2088
                longitude = 106.8456
                accuracy = 12f
                elapsedRealtimeNanos = SystemClock.elapsedRealtimeNanos()
            }
        val platform = shadowOf(app.getSystemService(LocationManager::class.java))
        platform.setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        platform.simulateLocation(LocationManager.GPS_PROVIDER, place)
        val sdk = start()
        val incident = sdk.receipted(sdk.sos())
        assertEquals(IncidentState.ACTIVE, incident.state)
        assertTrue(incident.timeline.any { it.what == Happening.CentreHasIt })
        awaitOnMain("the place") { "-6.20880, 106.84560" in card(incident.id) }
        assertTrue("within 12 m (68 %)" in card(incident.id))
    }

    @Test
    fun without_any_permission_it_arrives_and_says_why_there_is_no_place() {
        val sdk = start()
        // The first press asks for positions. It is long ago, and none of the three.
        told { sdk.press(Source.SCREEN, SystemClock.uptimeMillis() - LONG_AGO_MS, it) }
        val denied = PositionView.Unknown(NoFix.PERMISSION_DENIED)
        awaitOnMain("the reason") { (told { sdk.call(it) { core -> core.snapshot() } } as Outcome.Done).value.position == denied }
        val incident = sdk.receipted(sdk.sos())
        assertTrue(card(incident.id), "permission" in card(incident.id))
    }

    @Test
    fun a_process_that_dies_between_the_presses_and_the_sending_leaves_one_sos_that_is_delivered() {
        val incident = start(Centre.nowhere()).run { sos().also { die() } }
        val next = start()
        assertEquals(incident, next.receipted(incident).id)
        assertEquals(1, checkNotNull(next.snapshot).incidents.size)
    }

    @Test
    fun a_job_of_the_system_alone_delivers_what_a_dead_process_left() {
        val incident = start(Centre.nowhere()).run { sos().also { die() } }
        check(app.getSharedPreferences("siaga", 0).edit().putString("config", centre.config()).commit())
        val drained = told { done -> assertNotNull(SiagaSdk.background(app, 60_000) { done(it) }) }
        assertEquals(0u, drained?.waiting)
        assertTrue(card(incident).isNotEmpty())
    }

    @Test
    fun a_drill_comes_back_signed_and_is_shown_as_none_but_a_drill() {
        val sdk = start()
        val incident = (told { sdk.drill(it) } as Outcome.Done).value
        assertEquals(IncidentState.DRILL_DONE, sdk.receipted(incident).state)
        assertTrue("DRILL" in card(incident))
    }

    @Test
    fun the_hosts_credentials_go_along_as_soon_as_the_host_has_given_them() {
        val asked = CopyOnWriteArrayList<Unit>()
        val credentials =
            object : CredentialsPort {
                override fun headers() = listOf(Header("authorization", "Bearer x")).also { asked.add(Unit) }
            }
        val sdk = start()
        sdk.receipted(sdk.sos())
        assertTrue(asked.isEmpty())
        start(options = SiagaOptions(credentials = credentials))
        sdk.receipted((told { sdk.drill(it) } as? Outcome.Done)?.value ?: (told { sdk.cancel(done = it) } as Outcome.Done).value)
        awaitOnMain("the credentials") { asked.isNotEmpty() }
    }

    @Test
    fun credentials_that_throw_or_never_answer_keep_no_sos_back() {
        val never = CountDownLatch(1)
        val escaped = CopyOnWriteArrayList<Throwable>()
        Native.setCallbackExceptionHandler { _, failure -> escaped.add(failure) }
        val throwing: () -> List<Header> = { throw AssertionError("token abc") }
        val hanging: () -> List<Header> = { never.await().let { emptyList() } }
        for ((headers, agoMs) in listOf(throwing to BEFORE_MS, hanging to 0L)) {
            val credentials =
                object : CredentialsPort {
                    override fun headers() = headers()
                }
            val sdk = start(options = SiagaOptions(credentials = credentials))
            sdk.receipted(sdk.sos(agoMs))
            told { sdk.cancel(done = it) }
        }
        never.countDown()
        Native.setCallbackExceptionHandler(null)
        assertEquals("what a host throws is not printed by anybody", emptyList<Throwable>(), escaped)
    }

    @Test
    fun a_stack_of_the_host_carries_the_exact_bytes_and_one_that_throws_is_tried_again() {
        val begun = CopyOnWriteArrayList<Transfer>()
        val transport =
            object : TransportPort {
                override fun begin(transfer: Transfer) {
                    begun.add(transfer)
                    if (begun.count { it.method == "PUT" } == 1) throw StackOverflowError("the host's own")
                }

                override fun networkChanged() = throw AssertionError("an Error")
            }
        val sdk = start(options = SiagaOptions(transport = transport))
        val seen = mutableListOf<Snapshot>()
        sdk.observe(seen::add)
        val incident = sdk.sos()
        val why = Trouble.NoReply(Failure.UNAVAILABLE)
        awaitOnMain("why it waits") { seen.any { it.incidents.singleOrNull()?.trouble == why } }
        val puts = { begun.filter { incident in it.url && it.method == "PUT" } }
        awaitOnMain("a second attempt") { puts().size >= 2 }
        val (first, second) = puts()
        assertTrue(first.body.contentEquals(second.body))
        sdk.call { it.transferReplied(second.id, RawReply(200u, emptyList(), "<html>a portal</html>".toByteArray())) }
        sdk.settle()
        assertFalse("a page proves nothing", checkNotNull(sdk.snapshot).incidents.any { it.receipt != null })
    }

    @Test
    fun a_stack_of_the_host_that_never_comes_back_holds_no_press_up() {
        val entered = CountDownLatch(1)
        val never = CountDownLatch(1)
        val transport =
            object : TransportPort {
                override fun begin(transfer: Transfer) = entered.countDown().also { never.await() }

                override fun networkChanged() = Unit
            }
        val sdk = start(options = SiagaOptions(transport = transport))
        sdk.sos()
        awaitOnMain("the host's stack") { entered.count == 0L }
        assertTrue(told { sdk.cancel(done = it) } is Outcome.Done)
        never.countDown()
    }

    companion object {
        @ClassRule
        @JvmField
        val folder = TemporaryFolder()
        private lateinit var centre: Centre

        /** Outside the window of any touch of now. */
        private const val LONG_AGO_MS = 30_000L

        /** Of the first of two SOS: far from the touches of the second. */
        private const val BEFORE_MS = 2_000L

        @BeforeClass
        @JvmStatic
        fun open() {
            centre = Centre.start(File(folder.root, "centre"))
        }

        @AfterClass
        @JvmStatic
        fun close() = centre.close()
    }
}
