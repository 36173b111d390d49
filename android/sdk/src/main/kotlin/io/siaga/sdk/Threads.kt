package io.siaga.sdk

import android.os.Handler
import android.os.Looper
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger

/** What the work gives, or null. A platform may refuse anything at any time, and no refusal may stop an SOS (INV-2). */
internal inline fun <T> attempt(work: () -> T): T? =
    try {
        work()
    } catch (_: Throwable) {
        null
    }

private const val NAME = "siaga-sdk"

/** Where things run: calls of the core in their order on one thread, and whatever the host gets on the main thread. */
internal class Threads {
    /** How many calls of the host's code threw. */
    val faults = AtomicInteger()
    private val calls = Executors.newSingleThreadExecutor { Thread(it, NAME).apply { isDaemon = true } }
    private val main = Handler(Looper.getMainLooper())

    fun queue(work: () -> Unit) = calls.execute { attempt(work) }

    /** On a thread of its own, at once: what takes long, and nothing else may wait for. */
    fun apart(work: () -> Unit) = Thread({ attempt(work) }, "siaga-attach").apply { isDaemon = true }.start()

    /** Returns when all work is done that was queued before; at once on the SDK's own thread. */
    fun catchUp() {
        val done = CountDownLatch(1)
        if (Thread.currentThread().name == NAME) return
        queue(done::countDown)
        done.await()
    }

    fun tell(host: () -> Unit) = main.post { ask(host) }

    /** Calls the host's code. What it throws is counted, and is not the end of an app that an SOS depends on. */
    fun <T> ask(host: () -> T): T? = runCatching(host).onFailure { faults.incrementAndGet() }.getOrNull()
}
