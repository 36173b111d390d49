package io.siaga.sdk

import android.os.SystemClock
import io.siaga.engine.PressAnswer
import io.siaga.engine.Source
import java.util.concurrent.CopyOnWriteArrayList

/** Further apart than contacts bounce. */
private const val APART_MS = 200L

/**
 * Three touches at moments that the test says, so that neither a fast nor a slow machine changes what they are. Of two SOS in one
 * test the first is touched longer ago: its last touch shall not be taken for a bounce of the second's first.
 */
internal fun SiagaSdk.sos(agoMs: Long = 0): String {
    val lastMs = SystemClock.uptimeMillis() - agoMs
    val answers = CopyOnWriteArrayList<PressOutcome>()
    for (touchedMs in listOf(lastMs - 2 * APART_MS, lastMs - APART_MS, lastMs)) {
        press(Source.SCREEN, touchedMs) { answers.add(it) }
    }
    awaitOnMain("three answers") { answers.size == 3 }
    return ((answers.last() as Outcome.Done).value as PressAnswer.Triggered).incident
}
