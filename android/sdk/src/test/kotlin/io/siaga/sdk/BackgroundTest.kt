package io.siaga.sdk

import android.Manifest.permission.FOREGROUND_SERVICE
import android.Manifest.permission.WAKE_LOCK
import android.app.AlarmManager
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.Intent
import io.siaga.engine.IncidentState
import io.siaga.engine.Kind
import io.siaga.engine.Lane
import io.siaga.engine.Snapshot
import io.siaga.engine.WakeReason
import io.siaga.runtime.Drained
import io.siaga.runtime.NextWake
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowPowerManager
import org.robolectric.util.ReflectionHelpers

/** What happens while nobody looks at the app. No centre can be reached here, so that an SOS waits as long as the test wants. */
@RunWith(RobolectricTestRunner::class)
class BackgroundTest {
    private val app = RuntimeEnvironment.getApplication()
    private val jobs = app.getSystemService(JobScheduler::class.java)
    private val alarms = shadowOf(app.getSystemService(AlarmManager::class.java))
    private val sdk = SiagaSdk.start(app, Centre.nowhere(), SiagaOptions(words(app), firstJobId = FIRST))

    @After
    fun end() {
        SiagaSdk.current?.end()
        sdk.end()
        runningJobs.clear()
    }

    private fun parameters(id: Int) =
        ReflectionHelpers.callConstructor(JobParameters::class.java).also { ReflectionHelpers.setField(it, "jobId", id) }

    private fun lock() = ShadowPowerManager.getLatestWakeLock()

    @Test
    @Suppress("DEPRECATION")
    fun an_sos_without_a_receipt_asks_the_phone_for_everything_that_it_permits() {
        shadowOf(app).grantPermissions(FOREGROUND_SERVICE, WAKE_LOCK)
        sdk.sos()
        sdk.atRest {
            assertEquals(SosService::class.java.name, shadowOf(app).nextStartedService?.component?.className)
            assertTrue(lock().isHeld)
            assertNotNull(jobs.getPendingJob(FIRST))
            assertNotNull(jobs.getPendingJob(FIRST + 1))
            assertEquals(SosReceiver.WAKE, shadowOf(alarms.scheduledAlarms.single().operation).savedIntent.action)
        }
    }

    @Test
    fun the_main_artefact_alone_takes_no_lock_and_starts_no_service_and_still_asks_for_jobs() {
        sdk.sos()
        sdk.atRest {
            assertNull(lock())
            assertNull(shadowOf(app).nextStartedService)
            assertNotNull(jobs.getPendingJob(FIRST))
        }
    }

    @Test
    fun the_lock_is_taken_once_for_each_emergency_and_given_back() {
        shadowOf(app).grantPermissions(WAKE_LOCK)
        sdk.atRest {
            val locks = WakeLocks(app)
            locks.hold("one")
            val first = lock()
            locks.hold("one")
            assertEquals(1, shadowOf(first).timesHeld)
            locks.hold("two")
            assertFalse(first.isHeld)
            assertTrue(lock().isHeld)
            locks.hold(null)
            assertFalse(lock().isHeld)
        }
    }

    @Test
    fun what_counts_as_an_emergency_that_waits() {
        shadowOf(app).grantPermissions(WAKE_LOCK)
        val aftermath = Aftermath(sdk)
        val next = NextWake(30_000u, WakeReason.SosUnreceipted)
        for ((snapshot, holds) in listOf(
            snapshot(incident(), waiting = listOf(Lane.SOS)) to true,
            snapshot(incident(state = IncidentState.CANCELLED), waiting = listOf(Lane.URGENT)) to true,
            snapshot(incident(state = IncidentState.ACTIVE), waiting = listOf(Lane.FIX)) to false,
            snapshot(incident(drill = true), waiting = listOf(Lane.DRILL)) to true,
            snapshot(incident(drill = true, state = IncidentState.CLOSED_BY_AGE), waiting = listOf(Lane.DRILL)) to false,
            snapshot(incident(kind = Kind.REPORT), waiting = listOf(Lane.REPORT)) to false,
            snapshot(incident(state = IncidentState.ACTIVE, pending = 0u)) to false,
        )) {
            sdk.atRest {
                aftermath.of(snapshot, next)
                assertEquals("$snapshot", holds, lock()?.isHeld ?: false)
                aftermath.of(snapshot(), null)
            }
        }
        assertTrue(jobs.allPendingJobs.isEmpty())
    }

    @Test
    fun a_run_ends_when_nothing_waits_and_says_so() {
        // Keys that are on their way are something to wake for.
        awaitOnMain("the end of the read of the keys") { told { sdk.call(it) { core -> core.nextWake() } } == Outcome.Done(null) }
        assertEquals(Drained(0u, null, 0u), told<Drained?> { done -> SiagaSdk.background(app, 60_000) { done(it) } })
    }

    @Test
    fun a_run_goes_on_as_long_as_bytes_move_and_no_longer_than_the_system_lets_it_f56() {
        val later = NextWake(3_600_000u, WakeReason.SosUnreceipted)
        assertFalse("a part of a video is under way", isOver(Drained(1u, later, 1u), 60_000))
        assertTrue("its time is over", isOver(Drained(1u, later, 1u), 0))
        assertTrue("it waits for long", isOver(Drained(1u, later, 0u), 60_000))
        assertFalse("it is tried again soon", isOver(Drained(1u, later.copy(inMs = 5_000u), 0u), 60_000))
        assertTrue("nothing waits", isOver(Drained(0u, null, 0u), 60_000))
    }

    @Test
    fun a_run_that_the_system_stops_ends_although_an_sos_waits_f56() {
        sdk.sos()
        val drained = told<Drained?> { done -> checkNotNull(SiagaSdk.background(app, 60_000) { done(it) }).stop() }
        assertTrue(checkNotNull(drained).waiting > 0u)
    }

    @Test
    fun a_run_over_a_core_that_was_closed_ends() {
        sdk.shutDown()
        assertNull(told<Drained?> { done -> BackgroundRun(sdk, 60_000) { done(it) } })
    }

    @Test
    fun a_job_runs_until_nothing_waits_and_is_then_free_to_be_scheduled_again() {
        val service = Robolectric.buildService(SosJobService::class.java).create().get()
        assertTrue(service.onStartJob(parameters(FIRST)))
        awaitOnMain("the end of the job") { FIRST !in runningJobs }
        assertTrue(shadowOf(service as JobService).isJobFinished)
        assertFalse(shadowOf(service as JobService).isRescheduleNeeded)
    }

    @Test
    fun a_job_that_is_stopped_is_wanted_again() {
        sdk.sos()
        val service = Robolectric.buildService(SosJobService::class.java).create().get()
        // It cannot end by itself meanwhile.
        sdk.atRest {
            assertTrue(service.onStartJob(parameters(FIRST + 1)))
            assertTrue(FIRST + 1 in runningJobs)
            assertTrue(service.onStopJob(parameters(FIRST + 1)))
            assertFalse(FIRST + 1 in runningJobs)
        }
        awaitOnMain("the end of the run") { shadowOf(service as JobService).isJobFinished }
    }

    @Test
    fun a_job_that_the_citizen_is_said_to_have_begun_shows_itself_or_does_not_run() {
        val service = Robolectric.buildService(SosJobService::class.java).create().get()
        val params = parameters(FIRST + 2)
        ReflectionHelpers.setField(params, "mIsUserInitiated", true)
        sdk.settle()
        assertTrue(service.onStartJob(params))
        awaitOnMain("the end of the job") { FIRST + 2 !in runningJobs }
        sdk.end()
        SiagaSdk.start(app, Centre.nowhere()).settle()
        assertFalse(service.onStartJob(params))
        assertFalse(FIRST + 2 in runningJobs)
    }

    @Test
    fun the_button_of_the_notification_is_a_press_and_the_alarm_wakes_the_core() {
        val seen = mutableListOf<Snapshot>()
        sdk.observe(seen::add)
        SosReceiver().onReceive(app, Intent(SosReceiver.PRESS))
        awaitOnMain("the press") { seen.any { it.button.presses == 1u.toUByte() } }
        SosReceiver().onReceive(app, Intent(SosReceiver.WAKE))
        awaitOnMain("the run") { told<Readiness> { sdk.readiness(it) }.lastBackgroundRunWallMs != null }
    }

    private companion object {
        const val FIRST = 9_000
    }
}
