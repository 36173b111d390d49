package io.siaga.sdk

import android.app.job.JobParameters
import android.app.job.JobService
import android.os.Build.VERSION.SDK_INT
import android.os.Build.VERSION_CODES.UPSIDE_DOWN_CAKE
import android.os.SystemClock
import io.siaga.runtime.Drained
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

/** The system ends an ordinary job after ten minutes (F56). */
private const val LIMIT_MS = 9 * 60_000L

/** One that the citizen began runs until the system stops it. */
private const val USER_INITIATED_LIMIT_MS = 24 * 60 * 60_000L

/** The jobs that run, by id. */
internal val runningJobs: MutableSet<Int> = ConcurrentHashMap.newKeySet()

/** Runs when the phone follows a hint. All that it needs is in the core's database. */
public class SosJobService : JobService() {
    private val runs = ConcurrentHashMap<Int, BackgroundRun>()

    override fun onStartJob(params: JobParameters): Boolean {
        runningJobs.add(params.jobId)
        val ended = { _: Drained? -> jobFinished(params, false).also { runningJobs.remove(params.jobId) } }
        val limitMs = if (isUserInitiated(params)) USER_INITIATED_LIMIT_MS else LIMIT_MS
        val run = if (isShown(params)) SiagaSdk.background(this, limitMs, ended) else null
        if (run == null) runningJobs.remove(params.jobId) else runs[params.jobId] = run
        return run != null
    }

    override fun onStopJob(params: JobParameters): Boolean {
        runningJobs.remove(params.jobId)
        runs.remove(params.jobId)?.stop()
        return true
    }

    private fun isUserInitiated(params: JobParameters) = SDK_INT >= UPSIDE_DOWN_CAKE && params.isUserInitiatedJob

    /** A job that the citizen is said to have begun has to show itself. */
    private fun isShown(params: JobParameters): Boolean {
        if (SDK_INT < UPSIDE_DOWN_CAKE || !isUserInitiated(params)) return true
        val (id, notification) = SiagaSdk.current?.aftermath?.notification?.shown ?: return false
        return attempt { setNotification(params, id, notification, JOB_END_NOTIFICATION_POLICY_DETACH) } != null
    }
}

/** How soon a stop is noticed. */
private const val SLICE_MS = 2_000L

/** An emergency is tried again within a minute. What waits for longer is for the next job, and the phone may sleep. */
private const val PATIENCE_MS = 61_000L

/** Whether nothing is left that is worth its battery: what is under way is, a file's bytes above all. */
internal fun isOver(drained: Drained, leftMs: Long): Boolean {
    val nextMs = drained.nextWake?.inMs?.toLong() ?: Long.MAX_VALUE
    return drained.waiting == 0u || leftMs <= 0 || (drained.inFlight == 0u && nextMs >= minOf(PATIENCE_MS, leftMs))
}

/** Delivers for a while, on a thread of its own, for whatever the system lets run: a job, an alarm, a restart, a push. */
public class BackgroundRun internal constructor(sdk: SiagaSdk, limitMs: Long, ended: (Drained?) -> Unit) {
    private val stopped = CountDownLatch(1)

    init {
        Thread({ attempt { ended(drained(sdk, limitMs)) } }, "siaga-background").apply { isDaemon = true }.start()
    }

    /** The system wants its time back: what is in flight ends by itself, and nothing more is waited for (F56). */
    public fun stop(): Unit = stopped.countDown()

    private fun drained(sdk: SiagaSdk, limitMs: Long): Drained? {
        val until = SystemClock.elapsedRealtime() + limitMs
        while (true) {
            val sliceMs = (until - SystemClock.elapsedRealtime()).coerceIn(0, SLICE_MS)
            val drained = (sdk.blocking { it.drain(sliceMs.toULong()) } as? Outcome.Done)?.value ?: return null
            val nextMs = drained.nextWake?.inMs?.toLong() ?: Long.MAX_VALUE
            val leftMs = until - SystemClock.elapsedRealtime()
            if (isOver(drained, leftMs) || stopped.await(nextMs.coerceIn(0, SLICE_MS), TimeUnit.MILLISECONDS)) return drained
        }
    }
}
