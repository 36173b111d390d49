package io.siaga.sample

import android.os.Looper
import android.os.SystemClock
import android.view.MotionEvent
import android.view.ViewGroup
import android.widget.Button
import io.siaga.sdk.SiagaSdk
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowPausedLooper
import java.io.File
import java.util.concurrent.TimeUnit

/** The five lines are an SOS. */
@RunWith(RobolectricTestRunner::class)
class SampleTest {
    @After
    fun end() {
        SiagaSdk.current?.shutDown()
    }

    @Test
    fun three_touches_are_an_sos_and_the_button_says_so() {
        val activity = Robolectric.buildActivity(SampleActivity::class.java).setup().get()
        val button = activity.findViewById<ViewGroup>(android.R.id.content).getChildAt(0) as Button
        awaitText(button, "SOS 0/3")
        awaitText(button, "RECORDED") {
            val now = SystemClock.uptimeMillis()
            button.dispatchTouchEvent(MotionEvent.obtain(now, now, MotionEvent.ACTION_DOWN, 1f, 1f, 0))
        }
        assertEquals(1, SiagaSdk.current?.snapshot?.incidents?.size)
    }

    @Test
    fun the_five_lines_of_the_readme_are_these() {
        val android = File(System.getProperty("siaga.root"), "android")
        val lines = { file: String -> File(android, file).readLines().map { it.trim() } }
        val printed = lines("README.md").dropWhile { "SiagaSdk.start(" !in it }.takeWhile { it != "```" }
        val run = lines("sample/src/main/kotlin/io/siaga/sample/SampleActivity.kt").dropWhile { "SiagaSdk.start(" !in it }
        assertEquals(printed, run.take(FIVE))
    }

    /** Touches meanwhile: contacts that bounce do not count, and more than three only raise the same SOS. */
    private fun awaitText(button: Button, text: String, meanwhile: () -> Unit = {}) {
        val main = shadowOf(Looper.getMainLooper()) as ShadowPausedLooper
        val until = System.nanoTime() + TimeUnit.MINUTES.toNanos(1)
        while (button.text != text) {
            check(System.nanoTime() < until) { "it still says ${button.text}" }
            meanwhile()
            main.poll(POLL_MS)
            main.idle()
        }
    }

    private companion object {
        const val FIVE = 5
        const val POLL_MS = 100L
    }
}
