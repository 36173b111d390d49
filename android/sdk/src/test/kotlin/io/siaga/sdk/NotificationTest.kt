package io.siaga.sdk

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.content.ContextWrapper
import io.siaga.engine.IncidentState
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** The notification: the host's words, and nothing of ours. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34, 35])
class NotificationTest {
    private val app = RuntimeEnvironment.getApplication()
    private val manager = app.getSystemService(NotificationManager::class.java)
    private val threads = Threads()
    private val adapter = NotificationAdapter(app, threads)
    private val host = words(app) { it.incidents.lastOrNull()?.run { SosText(state.name, "text", "once more", "call off") } }

    private fun shown(): Notification? = manager.activeNotifications.singleOrNull { it.id == host.id }?.notification

    @Test
    fun it_says_the_hosts_words_for_the_state_and_goes_when_there_are_none() {
        adapter.show(host, snapshot(incident()))
        assertEquals("RECORDED", shown()?.extras?.getString(Notification.EXTRA_TITLE))
        assertEquals("text", shown()?.extras?.getString(Notification.EXTRA_TEXT))
        adapter.show(host, snapshot(incident(state = IncidentState.ACTIVE)))
        assertEquals("ACTIVE", shown()?.extras?.getString(Notification.EXTRA_TITLE))
        assertEquals(host.id, adapter.shown?.first)
        adapter.show(host, snapshot())
        assertNull(shown())
        assertNull(adapter.shown)
    }

    @Test
    fun one_button_presses_again_and_one_opens_the_app_to_call_off() {
        adapter.show(host, snapshot(incident()))
        val (again, cancel) = checkNotNull(shown()).actions
        assertEquals(listOf("once more", "call off"), listOf(again.title, cancel.title))
        val press = shadowOf(again.actionIntent)
        assertTrue(press.isBroadcast && press.isImmutable)
        assertEquals(SosReceiver.PRESS, press.savedIntent.action)
        val opened = shadowOf(cancel.actionIntent)
        assertTrue(opened.isActivity && opened.isImmutable)
        assertTrue(opened.savedIntent.getBooleanExtra(SosNotification.EXTRA_CANCEL, false))
        val touched = shadowOf(checkNotNull(shown()).contentIntent).savedIntent
        assertFalse(touched.getBooleanExtra(SosNotification.EXTRA_CANCEL, true))
    }

    @Test
    fun without_words_for_them_there_are_no_buttons() {
        adapter.show(words(app), snapshot(incident()))
        assertTrue(shown()?.actions.isNullOrEmpty())
    }

    @Test
    fun its_channel_is_silent_and_a_channel_that_the_host_made_is_left_alone_f79() {
        adapter.show(host, snapshot(incident()))
        val ours = manager.getNotificationChannel("sos")
        assertEquals(NotificationManager.IMPORTANCE_LOW, ours.importance)
        assertFalse(ours.shouldVibrate())
        assertEquals("Emergency", ours.name)
        manager.createNotificationChannel(NotificationChannel("own", "Own", NotificationManager.IMPORTANCE_HIGH))
        adapter.show(host.copy(channelId = "own", id = 7), snapshot(incident(state = IncidentState.ACTIVE)))
        assertEquals(NotificationManager.IMPORTANCE_HIGH, manager.getNotificationChannel("own").importance)
    }

    @Test
    fun the_same_words_are_shown_once() {
        var asked = 0
        val counting =
            object : ContextWrapper(app) {
                override fun getSystemService(name: String): Any? = super.getSystemService(name).also { asked += 1 }
            }
        val adapter = NotificationAdapter(counting, threads)
        adapter.show(host, snapshot(incident()))
        val before = asked
        adapter.show(host, snapshot(incident(), incident()))
        assertEquals(before, asked)
    }

    @Test
    fun words_that_throw_are_counted_and_show_nothing() {
        adapter.show(words(app) { throw AssertionError("an Error") }, snapshot(incident()))
        adapter.show(words(app) { error("an Exception") }, snapshot())
        assertEquals(2, threads.faults.get())
        assertNull(shown())
    }

    @Test
    fun hostile_words_are_shown_or_left_out_and_stop_nothing() {
        for (text in listOf("", "\u0000", "\uD800", "\u202Eten.siaga", "x".repeat(1_000_000), "النجدة")) {
            adapter.show(words(app) { SosText(text, text, text, text) }, snapshot(incident()))
        }
        assertEquals("النجدة", shown()?.extras?.getString(Notification.EXTRA_TITLE))
    }
}
