package io.siaga.sdk

import android.Manifest.permission
import android.app.Notification
import android.app.Service
import android.content.ComponentName
import android.content.Context
import android.content.Intent
import android.content.pm.ServiceInfo
import android.os.Build.VERSION.SDK_INT
import android.os.Build.VERSION_CODES
import android.os.IBinder
import android.os.PowerManager

/** A call-back of Android 15, named here so that headers of Android 14 compile it as well. */
internal interface EndsInTime {
    fun onTimeout(startId: Int, fgsType: Int)
}

/** Keeps the process alive while an emergency waits for its receipt. Where it is refused, the core delivers without (F55). */
public class SosService : Service(), EndsInTime {
    override fun onBind(intent: Intent?): IBinder? = null

    override fun onStartCommand(intent: Intent?, flags: Int, startId: Int): Int {
        // Without an intent the system has started it again, in a process where nobody else may have started the SDK.
        val shown = SiagaSdk.goOn(this)?.aftermath?.notification?.shown
        if (isWanted && shown != null && goForeground(shown.first, shown.second)) standing = this else stopSelf()
        // The receipt came meanwhile.
        if (!isWanted) leave()
        return START_STICKY
    }

    override fun onDestroy() {
        standing = null
    }

    /** By the first type that the manifest names and the phone grants. The system may refuse each, at any time. */
    private fun goForeground(id: Int, notification: Notification): Boolean {
        if (SDK_INT < VERSION_CODES.Q) return attempt { startForeground(id, notification) } != null
        return types(this).any { type -> attempt { startForeground(id, notification, type) } != null }
    }

    private fun leave() {
        standing = null
        attempt { stopForeground(STOP_FOREGROUND_DETACH) }
        attempt { stopSelf() }
    }

    // The time of a type is over: a service that stays is the end of the app.
    override fun onTimeout(startId: Int): Unit = leave()

    override fun onTimeout(startId: Int, fgsType: Int): Unit = leave()

    internal companion object {
        @Volatile
        var standing: SosService? = null
            private set

        @Volatile
        private var isWanted = false

        /** Not by `startForegroundService`: the system kills an app that it let start one and then refuses the foreground. */
        fun begin(context: Context) {
            isWanted = true
            val isAllowed = SDK_INT < VERSION_CODES.P || context.has(permission.FOREGROUND_SERVICE)
            if (standing == null && isAllowed) attempt { context.startService(Intent(context, SosService::class.java)) }
        }

        /** Whatever the notification says last stays: "the centre has it" is not to go with the service. */
        fun end() {
            isWanted = false
            standing?.leave()
        }

        /** Those that may do, the best first: by its position; six hours a day; three minutes at a time. */
        fun types(context: Context): List<Int> {
            if (SDK_INT < VERSION_CODES.Q) return emptyList()
            val component = ComponentName(context, SosService::class.java)
            val named = attempt { context.packageManager.getServiceInfo(component, 0).foregroundServiceType } ?: 0
            val location = ServiceInfo.FOREGROUND_SERVICE_TYPE_LOCATION.takeIf { mayLocate(context) }
            val short = ServiceInfo.FOREGROUND_SERVICE_TYPE_SHORT_SERVICE.takeIf { SDK_INT >= VERSION_CODES.UPSIDE_DOWN_CAKE }
            return listOfNotNull(location, ServiceInfo.FOREGROUND_SERVICE_TYPE_DATA_SYNC, short).filter { named and it != 0 }
        }
    }
}

/** A centre that did not answer for so long is out of reach: the battery has to last until it is not. */
private const val MOST_MS = 10 * 60_000L

/** Keeps the processor on for the first minutes of an emergency; later the alarms do. Nothing without the permission. */
internal class WakeLocks(private val context: Context) {
    private var lock: PowerManager.WakeLock? = null
    private var heldFor: String? = null

    fun hold(emergency: String?) {
        if (emergency == heldFor) return
        heldFor = emergency
        attempt { lock?.takeIf { it.isHeld }?.release() }
        lock = if (emergency == null || !context.has(permission.WAKE_LOCK)) null else attempt(::acquired)
    }

    private fun acquired() =
        context.service<PowerManager>().newWakeLock(PowerManager.PARTIAL_WAKE_LOCK, "siaga:sos").apply { acquire(MOST_MS) }
}
