package io.siaga.background

import android.Manifest.permission
import android.content.Context
import android.content.pm.PackageManager.PERMISSION_GRANTED
import android.os.Build

/** The two requests that positions in the background take (F16): asked for both at once, the phone shows no dialog at all. */
public object BackgroundLocation {
    /** What to request next; empty when all is granted. Say first why: for the second the phone may show its settings. */
    public fun next(context: Context): Array<String> {
        val inUse = arrayOf(permission.ACCESS_FINE_LOCATION, permission.ACCESS_COARSE_LOCATION)
        val has = { permission: String -> context.checkSelfPermission(permission) == PERMISSION_GRANTED }
        return when {
            inUse.none(has) -> inUse
            // Before Android 10 the one permission was for both.
            Build.VERSION.SDK_INT < Build.VERSION_CODES.Q || has(permission.ACCESS_BACKGROUND_LOCATION) -> emptyArray()
            else -> arrayOf(permission.ACCESS_BACKGROUND_LOCATION)
        }
    }
}
