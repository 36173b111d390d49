package io.siaga.sdk

import android.os.Looper
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowPausedLooper
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

/** Longer than anything here takes: what has not come by then never will. */
private const val GIVE_UP_S = 60L

/** Runs the main thread, which is the test's, until it is so. */
internal fun awaitOnMain(what: String, isSo: () -> Boolean) {
    val main = shadowOf(Looper.getMainLooper()) as ShadowPausedLooper
    val until = System.nanoTime() + TimeUnit.SECONDS.toNanos(GIVE_UP_S)
    main.idle()
    while (!isSo()) {
        check(System.nanoTime() < until) { "it never came: $what" }
        main.poll(POLL_MS)
        main.idle()
    }
}

/** What a call of the SDK tells, on whichever thread. */
internal fun <T> told(call: ((T) -> Unit) -> Unit): T {
    val told = CopyOnWriteArrayList<T>()
    call { told.add(it) }
    awaitOnMain("an answer") { told.isNotEmpty() }
    return told.single()
}

/** What was asked of the SDK before has been carried out. */
internal fun SiagaSdk.settle() {
    told { done -> call(done) { } }
}

/** Ends it, and whatever it still does: nothing of it goes on in the next test. */
internal fun SiagaSdk.end() {
    shutDown()
    settle()
}

/**
 * Does something while the SDK's own thread stands still, after all that it was asked before: the core goes on, and what the SDK
 * has asked of the phone stays as it is. Whatever waits for that thread would wait for ever here.
 */
internal fun <T> SiagaSdk.atRest(work: () -> T): T {
    val (stands, goesOn) = CountDownLatch(1) to CountDownLatch(1)
    threads.queue {
        stands.countDown()
        goesOn.await()
    }
    awaitOnMain("the SDK's thread to stand still") { stands.count == 0L }
    return try {
        work()
    } finally {
        goesOn.countDown()
    }
}

/** How long the main thread waits for a message before it looks again. */
private const val POLL_MS = 100L
