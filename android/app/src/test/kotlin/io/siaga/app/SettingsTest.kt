package io.siaga.app

import android.app.Activity
import android.os.SystemClock
import android.view.KeyEvent
import android.view.View
import android.view.WindowManager
import android.widget.CheckBox
import android.widget.TextView
import io.siaga.sdk.Haptics
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowSystemClock
import java.time.Duration

/** What somebody chooses, and what it does. */
@RunWith(RobolectricTestRunner::class)
class SettingsTest {
    private val phone by lazy { Phone(NOBODY) }

    @After
    fun end() = phone.close()

    @Test
    fun `a volume key is no press while that is switched off, and one like any other when it is on`() {
        // A phone that is through with starting (F77).
        ShadowSystemClock.advanceBy(Duration.ofMinutes(2))
        val screen = phone.show(SosActivity::class.java)
        val settings = phone.show(SettingsActivity::class.java)
        val button = screen.findViewById<TextView>(R.id.sos)
        val choice = settings.findViewById<CheckBox>(R.id.volume_keys)
        choice.performClick()
        key(screen, KeyEvent.KEYCODE_VOLUME_DOWN)
        phone.settle()
        assertEquals("SOS\npress 3 times", button.text.toString())
        choice.performClick()
        assertTrue(key(screen, KeyEvent.KEYCODE_VOLUME_DOWN))
        phone.settle()
        assertEquals("SOS\n1 of 3", button.text.toString())
    }

    @Test
    fun `the vibration that was chosen is felt, also after the next start`() {
        val screen = phone.show(SosActivity::class.java)
        val button = screen.findViewById<View>(R.id.sos)
        phone.touch(button)
        assertNotEquals(-1, shadowOf(button).lastHapticFeedbackPerformed())
        phone.show(SettingsActivity::class.java).findViewById<View>(R.id.haptics_none).performClick()
        assertEquals(Haptics.NONE, Choices(phone.app).haptics)
        phone.settle()
        val quiet = phone.show(SosActivity::class.java).findViewById<View>(R.id.sos)
        phone.touch(quiet)
        assertEquals(-1, shadowOf(quiet).lastHapticFeedbackPerformed())
    }

    @Test
    fun `what is known of the core is said, and what is not known as well`() {
        phone.show(SettingsActivity::class.java)
        assertTrue(phone.read(), "Version 0.1.0" in phone.read())
        assertTrue(phone.read(), "Everything is on the disk." in phone.read())
        assertTrue(phone.read(), "is not known yet: it was not asked" in phone.read())
    }

    @Test
    fun `the button is also over the lock screen`() {
        val screen = phone.show(SosActivity::class.java)

        @Suppress("DEPRECATION")
        val flag = WindowManager.LayoutParams.FLAG_SHOW_WHEN_LOCKED
        assertNotEquals(0, screen.window.attributes.flags and flag)
    }

    private fun key(screen: Activity, code: Int): Boolean {
        val now = SystemClock.uptimeMillis()
        return screen.dispatchKeyEvent(KeyEvent(now, now, KeyEvent.ACTION_DOWN, code, 0))
    }
}
