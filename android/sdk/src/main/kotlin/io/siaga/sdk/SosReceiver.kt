package io.siaga.sdk

import android.app.PendingIntent
import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import io.siaga.engine.Source

/** The system gives a receiver ten seconds. */
private const val LIMIT_MS = 8_000L

/** Takes the press on the notification; and our alarms, with siaga-boot also the restart of the phone and the app's update. */
public class SosReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        val pending: PendingResult? = goAsync()
        val end: () -> Unit = { attempt { pending?.finish() } }
        val sdk = SiagaSdk.goOn(context) ?: return end()
        if (intent.action == PRESS) sdk.press(Source.NOTIFICATION) { end() } else SiagaSdk.background(context, LIMIT_MS) { end() }
    }

    internal companion object {
        const val PRESS = "io.siaga.sdk.PRESS"
        const val WAKE = "io.siaga.sdk.WAKE"
        const val FLAGS = PendingIntent.FLAG_IMMUTABLE or PendingIntent.FLAG_UPDATE_CURRENT

        fun intent(context: Context, action: String): PendingIntent =
            PendingIntent.getBroadcast(context, 0, Intent(context, SosReceiver::class.java).setAction(action), FLAGS)
    }
}
