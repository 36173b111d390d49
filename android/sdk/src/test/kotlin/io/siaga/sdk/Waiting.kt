package io.siaga.sdk

import android.os.Looper
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowPausedLooper
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

/** What a call of the SDK tells. */
internal fun <T> told(call: ((T) -> Unit) -> Unit): T {
    var told: List<T> = emptyList()
    call { told = told + it }
    awaitOnMain("an answer") { told.isNotEmpty() }
    return told.single()
}

/** What was asked of the SDK before has been carried out. */
internal fun SiagaSdk.settle() {
    told { done -> call(done) { } }
}

/** How long the main thread waits for a message before it looks again. */
private const val POLL_MS = 100L
