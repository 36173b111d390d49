package io.siaga.sample

import android.os.Looper
import android.os.SystemClock
import android.view.MotionEvent
import android.view.ViewGroup
import android.widget.Button
import io.siaga.sdk.SiagaSdk
import org.json.JSONObject
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowPausedLooper
import java.io.File
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** The five lines are an SOS. */
@RunWith(RobolectricTestRunner::class)
class SampleTest {
    @After
    fun end() {
        val sdk = SiagaSdk.current ?: return
        sdk.shutDown()
        CompletableFuture.supplyAsync { sdk.blocking { } }.get(1, TimeUnit.MINUTES)
    }

    @Test
    fun three_touches_are_an_sos_and_the_button_says_so() {
        val activity = Robolectric.buildActivity(SampleActivity::class.java).setup().get()
        val button = activity.findViewById<ViewGroup>(android.R.id.content).getChildAt(0) as Button
        // As long as an agency may make it: a machine that is busy shall not be somebody who presses slowly.
        val agency = JSONObject(activity.assets.open("agency.json").use { it.reader().readText() })
        SiagaSdk.start(activity, agency.put("press", JSONObject("{window_ms: 10000}")).toString())
        awaitText(button, "SOS 0/3")
        for (agoMs in listOf(400, 200, 0)) {
            val touchedMs = SystemClock.uptimeMillis() - agoMs
            button.dispatchTouchEvent(MotionEvent.obtain(touchedMs, touchedMs, MotionEvent.ACTION_DOWN, 1f, 1f, 0))
        }
        awaitText(button, "RECORDED")
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

    private fun awaitText(button: Button, text: String) {
        val main = shadowOf(Looper.getMainLooper()) as ShadowPausedLooper
        val until = System.nanoTime() + TimeUnit.MINUTES.toNanos(1)
        while (button.text != text) {
            check(System.nanoTime() < until) { "it still says ${button.text}" }
            main.poll(POLL_MS)
            main.idle()
        }
    }

    private companion object {
        const val FIVE = 5
        const val POLL_MS = 100L
    }
}
