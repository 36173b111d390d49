package io.siaga.sdk

import android.Manifest.permission.ACCESS_BACKGROUND_LOCATION
import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.app.ActivityManager
import android.app.NotificationManager
import android.content.Context
import android.content.pm.PackageManager.PERMISSION_GRANTED
import android.location.LocationManager
import android.os.Build.VERSION.SDK_INT
import android.os.Build.VERSION_CODES
import android.os.PowerManager

/** What this phone allows, as far as the core cannot know it. Nothing of it stops an SOS; all of it makes one better. */
public data class Readiness(
    /** Whether positions are allowed at all; without, an SOS goes without one. */
    public val location: Boolean,
    /** Whether exact ones are, and not only a few kilometres around. */
    public val preciseLocation: Boolean,
    /** Whether also while the app is not in front. It takes a second request, for itself (F16). */
    public val locationInBackground: Boolean,
    /** Whether the phone's location switch is on (F48). */
    public val locationOn: Boolean,
    /** Whether the app may show notifications. */
    public val notifications: Boolean,
    /** Whether the phone saves battery on this app: what waits may be sent late while the app is closed. */
    public val batteryOptimised: Boolean,
    /** Whether this app is kept from running in the background at all. */
    public val backgroundRestricted: Boolean,
    /** When a job, an alarm or a restart last ran in the background, Unix milliseconds; null for never (F9). */
    public val lastBackgroundRunWallMs: Long?,
)

/** Reads it off the phone. What a phone does not say counts as not allowed. */
internal fun readinessOf(context: Context, lastRunWallMs: Long?): Readiness {
    val isSpared = { context.service<PowerManager>().isIgnoringBatteryOptimizations(context.packageName) }
    val isRestricted = { SDK_INT >= VERSION_CODES.P && context.service<ActivityManager>().isBackgroundRestricted }
    // Before Android 10 the one permission was for both.
    val isForBoth = SDK_INT < VERSION_CODES.Q || context.has(ACCESS_BACKGROUND_LOCATION)
    return Readiness(
        location = mayLocate(context),
        preciseLocation = context.has(ACCESS_FINE_LOCATION),
        locationInBackground = mayLocate(context) && isForBoth,
        locationOn = locationIsOn(context),
        notifications = attempt { context.service<NotificationManager>().areNotificationsEnabled() } == true,
        batteryOptimised = attempt(isSpared) != true,
        backgroundRestricted = attempt(isRestricted) == true,
        lastBackgroundRunWallMs = lastRunWallMs,
    )
}

internal inline fun <reified T> Context.service(): T = getSystemService(T::class.java)

internal fun Context.has(permission: String): Boolean = attempt { checkSelfPermission(permission) } == PERMISSION_GRANTED

internal fun mayLocate(context: Context): Boolean = context.has(ACCESS_FINE_LOCATION) || context.has(ACCESS_COARSE_LOCATION)

internal fun locationIsOn(context: Context): Boolean {
    val manager = attempt { context.service<LocationManager>() } ?: return false
    val isOn = { if (SDK_INT >= VERSION_CODES.P) manager.isLocationEnabled else manager.getProviders(true).any { it in SOURCES } }
    return attempt(isOn) == true
}
