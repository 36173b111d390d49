package io.siaga.sdk

import android.annotation.SuppressLint
import android.app.Activity
import android.media.AudioManager
import android.os.SystemClock
import android.view.KeyEvent
import android.view.MotionEvent
import android.view.View
import io.siaga.engine.PressAnswer
import io.siaga.engine.Source

/** Until a low-cost phone is through with starting: keys are held for a safe start, and bounce. */
private const val BOOT_WINDOW_MS = 60_000L

/** Makes a view the SOS button. */
public object SosButton {
    /** A finger that comes down on it is a press, not one that leaves: hands shake. So is a click of TalkBack or of a key. */
    @SuppressLint("ClickableViewAccessibility")
    public fun attach(view: View, sdk: SiagaSdk, answered: (PressOutcome) -> Unit = {}) {
        view.setOnClickListener { sdk.pressFelt(Source.SCREEN, SystemClock.uptimeMillis(), view, answered) }
        view.setOnTouchListener { _, event ->
            // A second finger while the first one rests is a press as well.
            val isPress = event.actionMasked == MotionEvent.ACTION_DOWN || event.actionMasked == MotionEvent.ACTION_POINTER_DOWN
            if (isPress) sdk.pressFelt(Source.SCREEN, event.eventTime, view, answered)
            view.isPressed = event.actionMasked != MotionEvent.ACTION_UP && event.actionMasked != MotionEvent.ACTION_CANCEL
            true
        }
    }
}

/** Counts the volume keys of an Activity as presses, over the lock screen as well. The power key is the system's, and none. */
public class VolumeKeys(private val activity: Activity, private val sdk: SiagaSdk) {
    /** For the Activity's `dispatchKeyEvent`: whether the event is done with. */
    public fun press(event: KeyEvent, answered: (PressOutcome) -> Unit = {}): Boolean {
        val isVolume = event.keyCode == KeyEvent.KEYCODE_VOLUME_UP || event.keyCode == KeyEvent.KEYCODE_VOLUME_DOWN
        if (!isVolume || isMeantOtherwise()) return false
        // A key that is held down is one press, and its end is none.
        val counts = event.action == KeyEvent.ACTION_DOWN && event.repeatCount == 0
        if (counts) sdk.pressFelt(Source.VOLUME_KEY, event.eventTime, activity.window.decorView, answered)
        return true
    }

    /** Keys that the citizen presses for a call, or that nobody presses (F77). */
    private fun isMeantOtherwise(): Boolean {
        val mode = attempt { activity.service<AudioManager>().mode } ?: AudioManager.MODE_NORMAL
        return mode != AudioManager.MODE_NORMAL || SystemClock.elapsedRealtime() < BOOT_WINDOW_MS
    }
}

private fun SiagaSdk.pressFelt(source: Source, uptimeMs: Long, view: View, answered: (PressOutcome) -> Unit) {
    options.haptics.feel(view, isTrigger = false)
    press(source, uptimeMs) { outcome ->
        if ((outcome as? Outcome.Done)?.value is PressAnswer.Triggered) options.haptics.feel(view, isTrigger = true)
        answered(outcome)
    }
}
