package io.siaga.sdk

import android.Manifest.permission.RECEIVE_BOOT_COMPLETED
import android.Manifest.permission.RUN_USER_INITIATED_JOBS
import android.app.AlarmManager
import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.content.ContextWrapper
import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_METERED
import android.os.SystemClock
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** What the phone is asked to do later. None of it is relied upon (F19). */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34, 35])
class HintsTest {
    private val app = RuntimeEnvironment.getApplication()
    private val jobs = app.getSystemService(JobScheduler::class.java)
    private val alarms = shadowOf(app.getSystemService(AlarmManager::class.java))
    private val hints = Hints(app) { FIRST }

    @After
    fun forget() = runningJobs.clear()

    private fun job(which: Int): JobInfo? = jobs.getPendingJob(FIRST + which)

    @Test
    fun an_emergency_asks_for_a_job_now_one_later_and_an_alarm_and_none_waits_for_a_network_f20() {
        hints.ask("sos", inMs = 30_000, mayNotify = false)
        assertTrue(checkNotNull(job(EXPEDITED)).isExpedited)
        assertNull(job(EXPEDITED)?.requiredNetwork)
        val later = checkNotNull(job(LATER))
        assertEquals(30_000L to null, later.minLatencyMillis to later.requiredNetwork)
        val alarm = alarms.scheduledAlarms.single()
        assertEquals(AlarmManager.ELAPSED_REALTIME_WAKEUP, alarm.getType())
        assertEquals(SystemClock.elapsedRealtime() + 30_000, alarm.triggerAtMs)
        assertTrue(alarm.isAllowWhileIdle)
        assertNull(job(USER_INITIATED))
    }

    @Test
    fun a_user_initiated_job_needs_its_permission_and_a_notification() {
        hints.ask("one", 0, mayNotify = true)
        assertNull(job(USER_INITIATED))
        shadowOf(app).grantPermissions(RUN_USER_INITIATED_JOBS)
        hints.ask("two", 0, mayNotify = false)
        assertNull(job(USER_INITIATED))
        hints.ask("three", 0, mayNotify = true)
        assertTrue(checkNotNull(job(USER_INITIATED)).isUserInitiated)
    }

    @Test
    fun a_file_that_was_just_attached_asks_once_for_a_transfer_of_its_size_f12() {
        hints.upload("one", 5_000_000, mayNotify = true)
        assertNull("without the permission", job(USER_INITIATED))
        shadowOf(app).grantPermissions(RUN_USER_INITIATED_JOBS)
        hints.upload("two", 5_000_000, mayNotify = false)
        assertNull("nothing can be shown", job(USER_INITIATED))
        hints.upload("three", 7_000_000, mayNotify = true)
        val transfer = checkNotNull(job(USER_INITIATED))
        assertTrue(transfer.isUserInitiated)
        assertEquals(7_000_000L, transfer.estimatedNetworkUploadBytes)
        assertNotNull(transfer.requiredNetwork)
        jobs.cancelAll()
        hints.forget()
        hints.upload("three", 3_000_000, mayNotify = true)
        assertNull("a run that has ended is asked for again when there is another file", job(USER_INITIATED))
        hints.none()
        hints.upload("three", 3_000_000, mayNotify = true)
        assertNotNull(job(USER_INITIATED))
    }

    @Test
    fun what_is_no_emergency_waits_for_a_network_and_wakes_nobody() {
        hints.ask(null, inMs = 600_000, mayNotify = true)
        val later = checkNotNull(job(LATER))
        assertEquals(600_000L, later.minLatencyMillis)
        assertNotNull(later.requiredNetwork)
        assertNull(job(EXPEDITED))
        assertTrue(alarms.scheduledAlarms.isEmpty())
    }

    @Test
    fun a_job_outlives_a_restart_only_where_the_app_may_start_after_one() {
        hints.ask(null, 60_000, mayNotify = false)
        assertFalse(checkNotNull(job(LATER)).isPersisted)
        shadowOf(app).grantPermissions(RECEIVE_BOOT_COMPLETED)
        hints.ask(null, 120_000, mayNotify = false)
        assertTrue(checkNotNull(job(LATER)).isPersisted)
    }

    @Test
    fun nearly_the_same_moment_is_asked_for_once_and_nothing_sooner_than_the_core_wakes_itself() {
        hints.ask("sos", 0, mayNotify = false)
        assertEquals(10_000L, job(LATER)?.minLatencyMillis)
        jobs.cancelAll()
        hints.ask("sos", 14_000, mayNotify = false)
        assertNull(job(LATER))
        hints.ask("sos", 16_000, mayNotify = false)
        assertEquals(16_000L, job(LATER)?.minLatencyMillis)
        assertNull("the same emergency", job(EXPEDITED))
        hints.ask("another", 16_000, mayNotify = false)
        assertNotNull(job(EXPEDITED))
    }

    @Test
    fun when_nothing_waits_all_is_taken_back_and_jobs_of_the_host_stay() {
        jobs.schedule(JobInfo.Builder(FIRST - 1, android.content.ComponentName(app, "Host")).setMinimumLatency(1).build())
        hints.ask("sos", 0, mayNotify = false)
        hints.none()
        assertEquals(listOf(FIRST - 1), jobs.allPendingJobs.map { it.id })
        assertTrue(alarms.scheduledAlarms.isEmpty())
    }

    @Test
    fun a_job_that_runs_is_not_scheduled_over_because_that_would_stop_it() {
        runningJobs.add(FIRST + LATER)
        hints.ask(null, 60_000, mayNotify = false)
        assertNull(job(LATER))
        runningJobs.clear()
        hints.forget()
        hints.ask(null, 60_000, mayNotify = false)
        assertNotNull(job(LATER))
    }

    @Test
    fun files_for_an_unmetered_network_ask_for_a_job_on_one_which_is_taken_back_unless_it_runs() {
        hints.unmetered(files = false)
        assertTrue(jobs.allPendingJobs.isEmpty())
        hints.unmetered(files = true)
        val request = checkNotNull(checkNotNull(job(UNMETERED)).requiredNetwork)
        assertTrue(request.hasCapability(NET_CAPABILITY_NOT_METERED))
        runningJobs.add(FIRST + UNMETERED)
        hints.unmetered(files = false)
        assertNotNull("it brings them on now", job(UNMETERED))
        runningJobs.clear()
        hints.unmetered(files = true)
        hints.unmetered(files = false)
        assertNull(job(UNMETERED))
        hints.unmetered(files = true)
        jobs.cancelAll()
        hints.forget()
        hints.unmetered(files = true)
        assertNotNull("after a run that has ended it is asked for anew", job(UNMETERED))
    }

    @Test
    fun a_phone_without_these_services_stops_nothing() {
        val bare =
            object : ContextWrapper(app) {
                override fun getSystemService(name: String): Any? = throw NoSuchMethodError("a vendor's own")
            }
        val hints = Hints(bare) { FIRST }
        hints.ask("sos", 0, mayNotify = true)
        hints.unmetered(files = true)
        hints.unmetered(files = false)
        hints.none()
    }

    private companion object {
        const val FIRST = 7_000
        const val LATER = 0
        const val EXPEDITED = 1
        const val USER_INITIATED = 2
        const val UNMETERED = 3
    }
}
