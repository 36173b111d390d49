package io.siaga.sdk

import android.annotation.SuppressLint
import android.content.Context
import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.os.BatteryManager
import android.os.Build.VERSION.SDK_INT
import android.os.Build.VERSION_CODES.S
import android.os.Bundle
import android.os.Handler
import android.os.HandlerThread
import android.os.PowerManager
import android.os.SystemClock
import io.siaga.LocationPort
import io.siaga.engine.*

/** Positions from the platform, on a thread of its own: the core asks from within a press, which waits for nobody (INV-1). */
@SuppressLint("MissingPermission")
internal class LocationAdapter(
    private val context: Context,
    private val snapshot: () -> Snapshot?,
    private val report: (LocationReport) -> Unit,
) : LocationPort, LocationListener {
    internal val handler by lazy { Handler(HandlerThread("siaga-location").apply { start() }.looper) }
    private var isWanted = false
    private var intervalMs = 0L

    override fun start() = post { if (!isWanted) begin() }

    override fun stop() =
        post {
            isWanted = false
            manager().removeUpdates(this)
        }

    /** What is known already is told, so that the first press has it; what has changed in permissions and settings is heeded. */
    fun recheck() = post { if (isWanted) begin() else tellLastKnown() }

    fun close() = stop().also { handler.looper.quitSafely() }

    private fun begin() {
        isWanted = true
        tellLastKnown()
        val asked = if (mayLocate(context)) request() else 0
        // What cannot come is said at once, and nobody waits for it (F48).
        val why = obstacle() ?: if (asked == 0) NoFix.NO_SIGNAL else return
        report(LocationReport.Unable(why))
    }

    private fun obstacle(): NoFix? =
        if (mayLocate(context)) NoFix.LOCATION_OFF.takeIf { !locationIsOn(context) } else NoFix.PERMISSION_DENIED

    private fun tellLastKnown() {
        val known = providers().mapNotNull { attempt { manager().getLastKnownLocation(it) } }
        known.sortedBy { it.elapsedRealtimeNanos }.forEach { report(LocationReport.Fix(it.reading())) }
    }

    /** Asks each for itself: some refuse an approximate permission. Asking again replaces what was asked before. */
    private fun request(): Int {
        intervalMs = fixIntervalMs(context, snapshot())
        return providers().count { provider ->
            attempt { manager().requestLocationUpdates(provider, intervalMs, 0f, this, handler.looper) } != null
        }
    }

    private fun providers() = attempt { manager().allProviders.filter { it in SOURCES } }.orEmpty()

    private fun manager() = context.service<LocationManager>()

    private fun post(work: () -> Unit) {
        handler.post { attempt(work) }
    }

    override fun onLocationChanged(location: Location) {
        attempt { report(LocationReport.Fix(location.reading())) }
        attempt { if (isWanted && fixIntervalMs(context, snapshot()) != intervalMs) request() }
    }

    override fun onProviderDisabled(provider: String) {
        attempt { obstacle()?.let { report(LocationReport.Unable(it)) } }
    }

    // Phones before Android 11 call these two, and their interface has no body for them.
    override fun onProviderEnabled(provider: String): Unit = Unit

    @Deprecated("Called before Android 10.")
    override fun onStatusChanged(provider: String?, status: Int, extras: Bundle?): Unit = Unit
}

/** What the platform says of a place, with its age by the clock that nobody can set (F42). */
@Suppress("DEPRECATION")
internal fun Location.reading(): FixReading =
    FixReading(
        lat = latitude,
        lon = longitude,
        radius = if (hasAccuracy()) Radius(accuracy.toDouble(), CONFIDENCE) else null,
        altitudeM = if (hasAltitude()) altitude else null,
        speedMps = if (hasSpeed()) speed.toDouble() else null,
        bearingDeg = if (hasBearing()) bearing.toDouble() else null,
        source = SOURCES[provider] ?: FixSource.UNKNOWN,
        mock = if (SDK_INT >= S) isMock else isFromMockProvider,
        ageMs = ((SystemClock.elapsedRealtimeNanos() - elapsedRealtimeNanos) / NANOS_PER_MS).coerceAtLeast(0).toULong(),
        statedWallMs = time.takeIf { it > 0 },
    )

/** What is asked, by the names that Android gives to them. */
internal val SOURCES = mapOf("gps" to FixSource.GNSS, "network" to FixSource.NETWORK, "fused" to FixSource.FUSED)

/** Android's accuracy is the radius within which the true place lies with 68 %: [Location.getAccuracy]. */
private const val CONFIDENCE = 0.68
private const val NANOS_PER_MS = 1_000_000

/** While help sets out the core sends one fix in 5 s. Then, who walks is 20 m away in 15 s. In the end the phone has to last. */
private const val FIRST_UNTIL_MS = 600_000L
private const val HOUR_MS = 3_600_000L
private const val AT_FIRST_MS = 2_000L
private const val LATER_MS = 15_000L
private const val IN_THE_END_MS = 60_000L

/** Below this all of it takes three times as long: an empty phone sends no place at all. */
private const val LITTLE_PERCENT = 15
private const val SPARING = 3

/** How often a fix is asked for, by the age of the newest SOS and by the battery (F49). */
internal fun fixIntervalMs(context: Context, snapshot: Snapshot?): Long {
    val sosAgeMs = snapshot?.incidents?.lastOrNull { it.kind == Kind.SOS }?.ageMs?.toLong() ?: 0
    val laterMs = if (sosAgeMs < HOUR_MS) LATER_MS else IN_THE_END_MS
    val intervalMs = if (sosAgeMs < FIRST_UNTIL_MS) AT_FIRST_MS else laterMs
    return if (attempt { hasToSpare(context) } == true) intervalMs * SPARING else intervalMs
}

/** Little is left, or the citizen saves it, and no cable is in. A phone that does not say gives 0 or the least number. */
private fun hasToSpare(context: Context): Boolean {
    val battery = context.service<BatteryManager>()
    val isLittle = battery.getIntProperty(BatteryManager.BATTERY_PROPERTY_CAPACITY) in 1..LITTLE_PERCENT
    return !battery.isCharging && (isLittle || context.service<PowerManager>().isPowerSaveMode)
}
