package io.siaga.sdk

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.graphics.drawable.Icon
import android.os.Build.VERSION.SDK_INT
import android.os.Build.VERSION_CODES
import io.siaga.engine.Snapshot

/** The words for one state. */
public data class SosText(
    /** The first line. */
    public val title: String,
    /** All others. */
    public val text: String,
    /** Of a button that presses once more; null for no such button. */
    public val pressAgain: String? = null,
    /** Of a button that opens the app to call the SOS off; null for no such button. */
    public val cancel: String? = null,
)

/** The host's notification. What it says of the SOS is to follow from the snapshot alone (INV-7). */
public data class SosNotification(
    /** The channel; made when the host has not made it, without sound and vibration (F79). */
    public val channelId: String,
    /** Its name in the phone's settings. */
    public val channelName: String,
    /** A drawable of the host. */
    public val icon: Int,
    /** Opens the app. When the citizen wants to call the SOS off, [EXTRA_CANCEL] is true in it. */
    public val open: Intent,
    /** Its number among the host's notifications. */
    public val id: Int = 112,
    /** The words for a state, null when there is nothing to show. Called on the SDK's thread. */
    public val words: (Snapshot) -> SosText?,
) {
    /** What the intent that opens the app carries. */
    public companion object {
        /** The citizen wants to call the SOS off. */
        public const val EXTRA_CANCEL: String = "io.siaga.sdk.CANCEL"
    }
}

/** Shows the host's notification: by itself, and for the foreground service and the job that have to have one. */
internal class NotificationAdapter(private val context: Context, private val threads: Threads) {
    private var said: SosText? = null

    @Volatile
    var shown: Pair<Int, Notification>? = null
        private set

    /** Shows what the state has to say, or takes it away; nothing when the same is said. */
    fun show(host: SosNotification, snapshot: Snapshot) {
        val text = threads.ask { host.words(snapshot) }
        if (text == said) return
        said = text
        shown = text?.let { attempt { host.id to built(host, it) } }
        val manager = context.service<NotificationManager>()
        attempt { shown?.let { (id, notification) -> manager.notify(id, notification) } ?: manager.cancel(host.id) }
    }

    private fun built(host: SosNotification, text: SosText): Notification {
        val icon = Icon.createWithResource(context, host.icon)
        val action = { word: String, does: PendingIntent -> Notification.Action.Builder(icon, word, does).build() }
        val builder = builder(host).setSmallIcon(icon).setContentTitle(text.title).setContentText(text.text)
        builder.setStyle(Notification.BigTextStyle().bigText(text.text)).setContentIntent(open(host, cancel = false))
        builder.setOngoing(true).setOnlyAlertOnce(true)
        text.pressAgain?.let { builder.addAction(action(it, SosReceiver.intent(context, SosReceiver.PRESS))) }
        text.cancel?.let { builder.addAction(action(it, open(host, cancel = true))) }
        return builder.build()
    }

    @Suppress("DEPRECATION")
    private fun builder(host: SosNotification): Notification.Builder {
        if (SDK_INT < VERSION_CODES.O) return Notification.Builder(context)
        val manager = context.service<NotificationManager>()
        val channel = NotificationChannel(host.channelId, host.channelName, NotificationManager.IMPORTANCE_LOW)
        if (manager.getNotificationChannel(host.channelId) == null) manager.createNotificationChannel(channel)
        val builder = Notification.Builder(context, host.channelId)
        // Otherwise it shows ten seconds after the press.
        if (SDK_INT >= VERSION_CODES.S) builder.setForegroundServiceBehavior(Notification.FOREGROUND_SERVICE_IMMEDIATE)
        return builder
    }

    private fun open(host: SosNotification, cancel: Boolean): PendingIntent {
        val intent = Intent(host.open).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK).putExtra(SosNotification.EXTRA_CANCEL, cancel)
        return PendingIntent.getActivity(context, if (cancel) 1 else 0, intent, SosReceiver.FLAGS)
    }
}
