package io.siaga.sdk

import android.Manifest.permission
import android.app.AlarmManager
import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.content.ComponentName
import android.content.Context
import android.os.Build.VERSION.SDK_INT
import android.os.Build.VERSION_CODES
import android.os.SystemClock
import kotlin.math.abs

private const val LATER = 0
private const val EXPEDITED = 1
private const val USER_INITIATED = 2
private const val UNMETERED = 3

/** While the process lives the core wakes by itself: a hint is for one that sleeps or is gone. */
private const val SOONEST_MS = 10_000L

/** Two moments as close as this are one: a request costs battery as well. */
private const val SAME_MS = 5_000L

/** Asks the phone to wake the app. Hints alone, for phones lose them: what is due when stands in the core's database (F19). */
internal class Hints(private val context: Context, private val firstJobId: () -> Int) {
    private val alarms get() = context.service<AlarmManager>()
    private val jobs get() = context.service<JobScheduler>()
    private val wake get() = SosReceiver.intent(context, SosReceiver.WAKE)
    private var urgentFor: String? = null
    private var uploadFor: String? = null
    private var laterAtMs: Long? = null
    private var isForUnmetered = false

    /** Something waits, and the core wants to be woken in so long. `emergency` is the newest one without a receipt. */
    fun ask(emergency: String?, inMs: Long, mayNotify: Boolean) {
        if (emergency != null && emergency != urgentFor) now(mayNotify)
        urgentFor = emergency
        val waitMs = inMs.coerceAtLeast(SOONEST_MS)
        val atMs = SystemClock.elapsedRealtime() + waitMs
        if (laterAtMs?.let { abs(it - atMs) < SAME_MS } == true) return
        laterAtMs = atMs
        later(waitMs, emergency != null)
        // Inexact, so that it takes no permission. Asleep, a phone allows one in nine minutes.
        if (emergency != null) attempt { alarms.setAndAllowWhileIdle(AlarmManager.ELAPSED_REALTIME_WAKEUP, atMs, wake) }
    }

    /** So many bytes of files wait; `file` is the newest, just attached by the citizen: later the system refuses. */
    fun upload(file: String?, bytes: Long, mayNotify: Boolean) {
        if (file != null && file != uploadFor) userInitiated(bytes, mayNotify)
        uploadFor = file
    }

    /** Whether files wait for an unmetered network: the system says when there is one, also to an app that is gone. */
    fun unmetered(files: Boolean) {
        if (files == isForUnmetered) return
        isForUnmetered = files
        val job = job(UNMETERED).setRequiredNetworkType(JobInfo.NETWORK_TYPE_UNMETERED)
        if (files) schedule(job.setPersisted(context.has(permission.RECEIVE_BOOT_COMPLETED))) else cancel(UNMETERED)
    }

    fun none() {
        uploadFor = null
        if (urgentFor == null && laterAtMs == null) return
        forget()
        attempt { listOf(LATER, EXPEDITED, USER_INITIATED).forEach { jobs.cancel(firstJobId() + it) } }
        attempt { alarms.cancel(wake) }
    }

    /** What was asked for is over: the next change asks anew. */
    fun forget() {
        urgentFor = null
        laterAtMs = null
        isForUnmetered = false
    }

    /** The system lets no job of the second kind be without a network and a notification, nor begin in the background. */
    private fun now(mayNotify: Boolean) {
        if (SDK_INT >= VERSION_CODES.S) schedule(job(EXPEDITED).setExpedited(true))
        userInitiated(JobInfo.NETWORK_BYTES_UNKNOWN.toLong(), mayNotify)
    }

    private fun userInitiated(bytes: Long, mayNotify: Boolean) {
        if (SDK_INT < VERSION_CODES.UPSIDE_DOWN_CAKE || !mayNotify || !context.has(permission.RUN_USER_INITIATED_JOBS)) return
        val job = job(USER_INITIATED).setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY).setUserInitiated(true)
        schedule(job.setEstimatedNetworkBytes(JobInfo.NETWORK_BYTES_UNKNOWN.toLong(), bytes))
    }

    /** No network is required for an emergency: the system's own check of it may be wrong (F20). */
    private fun later(inMs: Long, isEmergency: Boolean) {
        val job = job(LATER).setMinimumLatency(inMs).setPersisted(context.has(permission.RECEIVE_BOOT_COMPLETED))
        schedule(if (isEmergency) job else job.setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY))
    }

    private fun job(which: Int) = JobInfo.Builder(firstJobId() + which, ComponentName(context, SosJobService::class.java))

    /** One that runs is at what it was asked for. */
    private fun cancel(which: Int) {
        attempt { (firstJobId() + which).takeIf { it !in runningJobs }?.let(jobs::cancel) }
    }

    /** To schedule a job that runs would stop it. */
    private fun schedule(job: JobInfo.Builder) {
        attempt { job.build().takeIf { it.id !in runningJobs }?.let(jobs::schedule) }
    }
}
