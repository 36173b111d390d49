package io.siaga.sdk

import android.content.Context
import android.content.pm.ApplicationInfo.FLAG_DEBUGGABLE
import android.net.Uri
import android.os.Looper
import android.os.SystemClock
import io.siaga.Ports
import io.siaga.Siaga
import io.siaga.engine.*
import io.siaga.runtime.Drained
import java.io.File
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicBoolean

/** What the SDK itself keeps over the death of the process, in no backup. The queue is the core's. */
private fun kept(context: Context) = context.getSharedPreferences("siaga", Context.MODE_PRIVATE)

private const val CONFIG = "config"

/** What the core can be told, seven weeks. */
private const val MAX_AGO_MS = 0xffff_ffffL

/** Text that was cut within a character cannot cross the boundary: the half is replaced. */
internal fun wellFormed(text: String) = text.toByteArray().decodeToString()

/** Siaga in this process. Calls may come from any thread and return at once; what becomes of them is told on the main thread. */
public class SiagaSdk private constructor(internal val context: Context) {
    /** What the host has set at the last start. */
    @Volatile
    public var options: SiagaOptions = SiagaOptions()
        private set

    /** What a screen draws, as last known; null before the core is open. */
    @Volatile
    public var snapshot: Snapshot? = null
        private set

    /** How many calls of the host's own code threw, and were passed over. */
    public val hostFaults: Int get() = threads.faults.get()

    internal val threads = Threads()
    private val kept = kept(context)
    private val isUnread = AtomicBoolean()
    private val observers = CopyOnWriteArrayList<(Snapshot) -> Unit>()
    private val location = LocationAdapter(context, { snapshot }) { report -> core.call { it.location(report) } }
    private val network =
        NetworkAdapter(context, { call { it.networkChanged() } }) { metered -> call { it.networkMetered(metered) } }
    internal val aftermath = Aftermath(this)

    // Many changes in a row are one reading.
    private val ears =
        Ears(
            changed = { if (isUnread.compareAndSet(false, true)) threads.queue { read(evenIfSame = false) } },
            noted = { note -> threads.tell { options.noted(note) } },
        )
    private val core: OpenCore =
        OpenCore({ File(context.noBackupFilesDir, "siaga") }, ears) { core ->
            val transport = options.transport?.let { OwnThreadTransport(it, core) }
            val credentials = GuardedCredentials { options }
            Ports(location = location, log = ears, credentials = credentials, preview = PreviewAdapter(), transport = transport)
        }

    /**
     * A press of the button, touched at `uptimeMs` as events say it (`SystemClock.uptimeMillis`). The answer comes after the
     * commit: what it says is on the disk, or the snapshot says otherwise.
     */
    public fun press(source: Source, uptimeMs: Long = SystemClock.uptimeMillis(), done: (PressOutcome) -> Unit = {}): Unit =
        call(done) { it.press(source, (SystemClock.uptimeMillis() - uptimeMs).coerceIn(0, MAX_AGO_MS).toUInt()) }

    /** Starts a drill: the whole way of an SOS, which nobody can take for one. */
    public fun drill(done: (Outcome<IncidentId>) -> Unit = {}): Unit = call(done) { it.drill() }

    /** Calls the open SOS off, or else the open drill. */
    public fun cancel(auth: CancelAuth = CancelAuth.None, done: (Outcome<IncidentId>) -> Unit = {}): Unit =
        call(done) { it.cancel(if (auth is CancelAuth.Code) CancelAuth.Code(wellFormed(auth.v1)) else auth) }

    /** Queues an ordinary report. */
    public fun submit(report: Report, done: (Outcome<IncidentId>) -> Unit = {}): Unit =
        call(done) { it.submit(wellFormed(report)) }

    /**
     * Attaches another app's content: what a picker, a camera or a share brought. It is opened before this process does anything
     * else with it, and once `done` is told a copy is ours. What cannot be read or kept is declined, with the reason.
     */
    public fun attach(incident: IncidentId, uri: Uri, done: (Outcome<FileId>) -> Unit = {}): Unit =
        attached(done) {
            Content(context.contentResolver, uri).use { content ->
                threads.catchUp()
                core.call { it.attachContent(incident, wellFormed(content.name), content) }
            }
        }

    /** Attaches a file of the app's own. Should the process die meanwhile, the next one takes it up again by its path. */
    public fun attach(incident: IncidentId, file: File, done: (Outcome<FileId>) -> Unit = {}): Unit =
        attached(done) {
            threads.catchUp()
            core.call { it.attachFile(incident, wellFormed(file.path)) }
        }

    /** Records of ended incidents, the newest first. */
    public fun history(newest: Int, done: (Outcome<List<IncidentView>>) -> Unit): Unit =
        call(done) { it.history(newest.coerceAtLeast(0).toUInt()) }

    /** Anything else that the core can: `sdk.call { it.pushReceived() }`. */
    public fun <T> call(done: (Outcome<T>) -> Unit = {}, work: (Siaga) -> T): Unit =
        threads.queue {
            val outcome = core.call(work)
            read(evenIfSame = false) { done(outcome) }
        }

    /** Calls `observer` on the main thread with the snapshot as it is, and after each change, until it is closed. */
    public fun observe(observer: (Snapshot) -> Unit): Observation {
        observers.add(observer)
        threads.tell { snapshot?.takeIf { observer in observers }?.let(observer) }
        return Observation { observers.remove(observer) }
    }

    /** Reads the snapshot again, for what changes by time alone: ages, and what is left of the window. */
    public fun refresh(): Unit = threads.queue { read(evenIfSame = true) }

    /** What this phone allows just now. */
    public fun readiness(done: (Readiness) -> Unit): Unit = threads.queue { ready.let { threads.tell { done(it) } } }

    /** A permission or a setting may be another one: for when the citizen has answered, and when the app comes to front. */
    public fun permissionsChanged(): Unit = location.recheck().also { threads.queue(::compareReadiness) }

    /** Makes a call on this thread, after those before it. Refused on the main thread of an app that can be debugged. */
    public fun <T> blocking(work: (Siaga) -> T): Outcome<T> {
        check(Looper.myLooper() != Looper.getMainLooper() || context.applicationInfo.flags and FLAG_DEBUGGABLE == 0) {
            "Siaga.blocking waits for the disk, and the main thread must not: use press, drill, cancel, submit, history or " +
                "call, which answer later, or a thread of your own"
        }
        threads.catchUp()
        return core.call(work)
    }

    /** Ends it in this process, after what was asked before. What waits is delivered after the next start. */
    public fun shutDown() {
        synchronized(Companion) { if (current === this) current = null }
        network.stop()
        location.close()
        threads.queue { core.close() }
    }

    private fun open(config: String?, options: SiagaOptions, done: (Outcome<Unit>) -> Unit) {
        val samePorts = options.transport === this.options.transport
        this.options = options
        threads.queue {
            val outcome = core.configure(config, kept.getString(CONFIG, null), samePorts)
            if (outcome is Outcome.Done) kept.edit().putString(CONFIG, config).apply()
            network.repeat()
            read(evenIfSame = true) { done(outcome) }
            location.recheck()
            compareReadiness()
        }
    }

    /** Copies on a thread that no press waits for, and tells what came of it when nothing is open any more. */
    private fun attached(done: (Outcome<FileId>) -> Unit, copy: () -> Outcome<FileId>) =
        threads.apart {
            val outcome = copy()
            threads.queue { read(evenIfSame = false) { done(outcome) } }
        }

    private fun read(evenIfSame: Boolean, first: () -> Unit = {}) {
        isUnread.set(false)
        val before = snapshot
        val now = (core.call { it.snapshot() } as? Outcome.Done)?.value
        snapshot = now ?: before
        threads.tell(first)
        if (now == null || (now.revision == before?.revision && !evenIfSame)) return
        threads.tell { observers.forEach { observer -> threads.ask { observer(now) } } }
        aftermath.of(now, (core.call { it.nextWake() } as? Outcome.Done)?.value)
    }

    private val ready get() = readinessOf(context, kept.getLong("background_wall_ms", 0).takeIf { it != 0L })

    private fun compareReadiness() {
        val now = ready
        val comparable = now.copy(lastBackgroundRunWallMs = null).toString()
        val before = kept.getString("readiness", null)
        kept.edit().putString("readiness", comparable).apply()
        if (before != null && before != comparable) threads.tell { options.readinessChanged(now) }
    }

    private fun runInBackground(limitMs: Long, ended: (Drained?) -> Unit): BackgroundRun {
        threads.queue { kept.edit().putLong("background_wall_ms", System.currentTimeMillis()).apply() }
        return BackgroundRun(this, limitMs) { drained ->
            threads.queue {
                threads.ask { ended(drained) }
                aftermath.hints.forget()
                read(evenIfSame = true)
            }
        }
    }

    /** The one of this process. */
    public companion object {
        /** Null before the first start. */
        @Volatile
        public var current: SiagaSdk? = null
            private set

        /** Starts, or goes on, under the agency's JSON document. One that cannot be used leaves the last that could in force. */
        public fun start(
            context: Context,
            config: String?,
            options: SiagaOptions = SiagaOptions(),
            done: (Outcome<Unit>) -> Unit = {},
        ): SiagaSdk = here(context.applicationContext ?: context).apply { open(config, options, done) }

        /** For what the system starts before the host's code: goes on as at the last start. Null when there was none. */
        public fun goOn(context: Context): SiagaSdk? =
            current ?: attempt { kept(context).getString(CONFIG, null) }?.let { start(context, it) }

        /** Delivers for at most `limitMs`, for a worker or a push service of the host. Null when Siaga was never started. */
        public fun background(context: Context, limitMs: Long, ended: (Drained?) -> Unit = {}): BackgroundRun? =
            goOn(context)?.runInBackground(limitMs, ended)

        private fun here(context: Context): SiagaSdk =
            synchronized(this) { current ?: SiagaSdk(context).also { current = it }.also { it.network.start() } }
    }
}
