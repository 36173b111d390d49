package io.siaga.sdk

import android.app.Activity
import android.media.AudioManager
import android.os.SystemClock
import android.view.HapticFeedbackConstants
import android.view.KeyEvent
import android.view.KeyEvent.ACTION_DOWN
import android.view.KeyEvent.ACTION_UP
import android.view.KeyEvent.KEYCODE_POWER
import android.view.KeyEvent.KEYCODE_VOLUME_DOWN
import android.view.KeyEvent.KEYCODE_VOLUME_UP
import android.view.MotionEvent
import android.view.View
import android.widget.Button
import io.siaga.engine.PressAnswer
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowSystemClock
import java.time.Duration
import java.util.concurrent.CountDownLatch

/** What a finger and what keys make of themselves: presses, or nothing. */
@RunWith(RobolectricTestRunner::class)
class PressesTest {
    private val app = RuntimeEnvironment.getApplication()
    private val activity: Activity = Robolectric.buildActivity(Activity::class.java).setup().get()
    private val sdk = SiagaSdk.start(app, Centre.nowhere())
    private val keys = VolumeKeys(activity, sdk)
    private val outcomes = mutableListOf<PressOutcome>()

    @Before
    fun long_after_the_start_of_the_phone() = ShadowSystemClock.advanceBy(Duration.ofMinutes(2))

    @After
    fun end() {
        sdk.end()
    }

    private fun answers(number: Int): List<Any> {
        sdk.settle()
        awaitOnMain("$number answers") { outcomes.size >= number }
        return outcomes.map { (it as Outcome.Done).value }
    }

    private fun key(code: Int, action: Int = ACTION_DOWN, repeat: Int = 0, agoMs: Long = 0): Boolean {
        val touchedMs = SystemClock.uptimeMillis() - agoMs
        return keys.press(KeyEvent(touchedMs, touchedMs, action, code, repeat), outcomes::add)
    }

    private fun touch(view: View, action: Int, agoMs: Long = 0) {
        val touchedMs = SystemClock.uptimeMillis() - agoMs
        view.dispatchTouchEvent(MotionEvent.obtain(touchedMs, touchedMs, action, 1f, 1f, 0))
    }

    @Test
    fun a_volume_key_is_a_press_when_it_goes_down_and_never_when_it_is_held_or_let_go() {
        assertTrue(key(KEYCODE_VOLUME_UP))
        assertEquals(listOf<Any>(PressAnswer.Counted(1u, 3u)), answers(1))
        assertTrue(key(KEYCODE_VOLUME_UP, repeat = 1))
        assertTrue(key(KEYCODE_VOLUME_UP, repeat = 30))
        assertTrue(key(KEYCODE_VOLUME_UP, ACTION_UP))
        assertEquals(1, answers(1).size)
        assertTrue(key(KEYCODE_VOLUME_DOWN))
        assertEquals(2, answers(2).size)
    }

    @Test
    fun touches_that_wait_for_a_slow_call_count_at_their_own_moments() {
        val slow = CountDownLatch(1)
        sdk.call { slow.await() }
        val button = Button(activity).also { SosButton.attach(it, sdk, outcomes::add) }
        repeat(3) {
            touch(button, MotionEvent.ACTION_DOWN)
            ShadowSystemClock.advanceBy(Duration.ofMillis(200))
        }
        slow.countDown()
        val (first, second, third) = answers(3)
        assertEquals(listOf(PressAnswer.Counted(1u, 3u), PressAnswer.Counted(2u, 3u)), listOf(first, second))
        assertTrue("$third", third is PressAnswer.Triggered)
    }

    @Test
    fun touches_and_keys_that_wait_for_a_busy_main_thread_count_at_their_own_moments() {
        val button = Button(activity).also { SosButton.attach(it, sdk, outcomes::add) }
        // A window apart, and more: counted at the moment at which they are heard they would be bounces, or an SOS.
        touch(button, MotionEvent.ACTION_DOWN, agoMs = 60_000)
        touch(button, MotionEvent.ACTION_DOWN, agoMs = 45_000)
        key(KEYCODE_VOLUME_UP, agoMs = 30_000)
        key(KEYCODE_VOLUME_UP, agoMs = 15_000)
        assertEquals(List(4) { PressAnswer.Counted(1u, 3u) }, answers(4))
    }

    @Test
    fun the_power_key_and_every_other_key_are_none_of_ours() {
        for (code in listOf(KEYCODE_POWER, KeyEvent.KEYCODE_HEADSETHOOK, KeyEvent.KEYCODE_VOLUME_MUTE, KeyEvent.KEYCODE_A)) {
            assertFalse(KeyEvent.keyCodeToString(code), key(code))
        }
        assertEquals(0, answers(0).size)
    }

    @Test
    fun in_a_call_and_while_it_rings_the_keys_are_the_calls_f77() {
        val audio = app.getSystemService(AudioManager::class.java)
        for (mode in listOf(AudioManager.MODE_IN_CALL, AudioManager.MODE_RINGTONE, AudioManager.MODE_IN_COMMUNICATION)) {
            audio.mode = mode
            assertFalse(key(KEYCODE_VOLUME_UP))
        }
        audio.mode = AudioManager.MODE_NORMAL
        assertTrue(key(KEYCODE_VOLUME_UP))
        assertEquals(1, answers(1).size)
    }

    @Test
    fun a_finger_is_a_press_when_it_comes_down_and_a_second_one_as_well() {
        val button = Button(activity)
        SosButton.attach(button, sdk, outcomes::add)
        touch(button, MotionEvent.ACTION_DOWN)
        assertTrue(button.isPressed)
        assertEquals(1, answers(1).size)
        touch(button, MotionEvent.ACTION_MOVE)
        touch(button, MotionEvent.ACTION_UP)
        assertFalse(button.isPressed)
        assertEquals("the finger that leaves is no second press", 1, answers(1).size)
        touch(button, MotionEvent.ACTION_POINTER_DOWN)
        assertEquals(2, answers(2).size)
        touch(button, MotionEvent.ACTION_CANCEL)
        assertFalse(button.isPressed)
    }

    @Test
    fun a_click_of_a_screen_reader_is_a_press() {
        val button = Button(activity)
        SosButton.attach(button, sdk, outcomes::add)
        button.performClick()
        assertEquals(listOf<Any>(PressAnswer.Counted(1u, 3u)), answers(1))
    }

    @Test
    fun an_answer_that_throws_is_counted_and_the_next_press_goes_on() {
        val button = Button(activity)
        SosButton.attach(button, sdk) { throw AssertionError("an Error") }
        touch(button, MotionEvent.ACTION_DOWN)
        touch(button, MotionEvent.ACTION_DOWN)
        sdk.settle()
        assertEquals(2, sdk.hostFaults)
    }

    @Test
    fun presses_are_felt_as_the_citizen_wants_f79() {
        for ((profile, touched, triggered) in listOf(
            Triple(Haptics.NONE, NOT_FELT, NOT_FELT),
            Triple(Haptics.FAINT, HapticFeedbackConstants.CLOCK_TICK, HapticFeedbackConstants.CLOCK_TICK),
            Triple(Haptics.NORMAL, HapticFeedbackConstants.VIRTUAL_KEY, HapticFeedbackConstants.CONFIRM),
        )) {
            val view = View(activity)
            profile.feel(view, isTrigger = false)
            assertEquals("$profile", touched, shadowOf(view).lastHapticFeedbackPerformed())
            profile.feel(view, isTrigger = true)
            assertEquals("$profile", triggered, shadowOf(view).lastHapticFeedbackPerformed())
        }
    }

    @Test
    fun only_a_press_that_made_an_sos_is_felt_as_one() {
        val view = Button(activity)
        SosButton.attach(view, sdk, outcomes::add)
        for (agoMs in listOf(400L, 200L, 0L)) {
            touch(view, MotionEvent.ACTION_DOWN, agoMs)
            assertEquals(HapticFeedbackConstants.VIRTUAL_KEY, shadowOf(view).lastHapticFeedbackPerformed())
            val answer = answers(outcomes.size + 1).last()
            val isFelt = shadowOf(view).lastHapticFeedbackPerformed() == HapticFeedbackConstants.CONFIRM
            assertEquals("$answer", answer is PressAnswer.Triggered, isFelt)
        }
        assertTrue(outcomes.size == 3 && (outcomes.last() as Outcome.Done).value is PressAnswer.Triggered)
    }

    private companion object {
        const val NOT_FELT = -1
    }
}

/** Keys in the minute in which a phone starts. */
@RunWith(RobolectricTestRunner::class)
class BootWindowTest {
    @Test
    fun keys_count_only_once_the_phone_has_started_f77() {
        val activity = Robolectric.buildActivity(Activity::class.java).setup().get()
        val sdk = SiagaSdk.start(activity, Centre.nowhere())
        val keys = VolumeKeys(activity, sdk)
        assertFalse(keys.press(KeyEvent(ACTION_DOWN, KEYCODE_VOLUME_UP)))
        ShadowSystemClock.advanceBy(Duration.ofMinutes(1))
        assertTrue(keys.press(KeyEvent(ACTION_DOWN, KEYCODE_VOLUME_UP)))
        sdk.end()
    }
}
