package io.siaga.sdk

import android.Manifest.permission.ACCESS_BACKGROUND_LOCATION
import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.app.ActivityManager
import android.app.NotificationManager
import android.content.ContextWrapper
import android.location.LocationManager
import android.os.PowerManager
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** What the phone allows, and that a change of it is told (F9, F47, F48). */
@RunWith(RobolectricTestRunner::class)
class ReadinessTest {
    private val app = RuntimeEnvironment.getApplication()

    @After
    fun end() {
        SiagaSdk.current?.end()
    }

    private fun now() = readinessOf(app, null)

    @Test
    @Config(sdk = [34, 35])
    fun permissions_are_told_apart() {
        val all = arrayOf(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION, ACCESS_BACKGROUND_LOCATION)
        for ((granted, expected) in listOf(
            emptyList<String>() to listOf(false, false, false),
            listOf(ACCESS_COARSE_LOCATION) to listOf(true, false, false),
            listOf(ACCESS_COARSE_LOCATION, ACCESS_FINE_LOCATION) to listOf(true, true, false),
            all.toList() to listOf(true, true, true),
            // Left over from before the citizen took the other away.
            listOf(ACCESS_BACKGROUND_LOCATION) to listOf(false, false, false),
        )) {
            shadowOf(app).denyPermissions(*all)
            shadowOf(app).grantPermissions(*granted.toTypedArray())
            val now = now()
            assertEquals("$granted", expected, listOf(now.location, now.preciseLocation, now.locationInBackground))
        }
    }

    @Test
    @Config(sdk = [34, 35])
    fun each_switch_of_the_phone_is_seen() {
        for (on in listOf(true, false)) {
            shadowOf(app.getSystemService(LocationManager::class.java)).setLocationEnabled(on)
            shadowOf(app.getSystemService(NotificationManager::class.java)).setNotificationsEnabled(on)
            shadowOf(app.getSystemService(ActivityManager::class.java)).setBackgroundRestricted(on)
            shadowOf(app.getSystemService(PowerManager::class.java)).setIgnoringBatteryOptimizations(app.packageName, on)
            val now = now()
            assertEquals(listOf(on, on, on), listOf(now.locationOn, now.notifications, now.backgroundRestricted))
            assertEquals(!on, now.batteryOptimised)
        }
    }

    @Test
    @Config(sdk = [34, 35])
    fun what_a_phone_does_not_say_counts_as_not_allowed() {
        val mute =
            object : ContextWrapper(app) {
                override fun getSystemService(name: String): Any? = throw NoClassDefFoundError(name)

                override fun checkSelfPermission(permission: String): Int = throw SecurityException(permission)
            }
        val now = readinessOf(mute, 5)
        assertEquals(listOf(false, false, false), listOf(now.location, now.locationOn, now.notifications))
        assertTrue(now.batteryOptimised)
        assertEquals(5L, now.lastBackgroundRunWallMs)
    }

    @Test
    fun a_permission_that_slid_away_is_told_at_the_next_start_f47() {
        val changes = mutableListOf<Readiness>()
        val options = SiagaOptions(readinessChanged = changes::add)
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION)
        SiagaSdk.start(app, Centre.nowhere(), options).settle()
        SiagaSdk.start(app, Centre.nowhere(), options).settle()
        assertTrue("the first look has nothing to compare", changes.isEmpty())
        SiagaSdk.current?.end()
        shadowOf(app).denyPermissions(ACCESS_FINE_LOCATION)
        val sdk = SiagaSdk.start(app, Centre.nowhere(), options)
        sdk.settle()
        assertEquals(listOf(false), changes.map { it.location })
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION)
        sdk.permissionsChanged()
        sdk.settle()
        assertEquals(listOf(false, true), changes.map { it.location })
    }

    @Test
    fun the_last_run_in_the_background_is_kept_f9() {
        val sdk = SiagaSdk.start(app, Centre.nowhere())
        assertEquals(null, told<Readiness> { sdk.readiness(it) }.lastBackgroundRunWallMs)
        told<Any?> { done -> SiagaSdk.background(app, 1_000) { done(it) } }
        sdk.end()
        val next = SiagaSdk.start(app, Centre.nowhere())
        assertTrue(checkNotNull(told<Readiness> { next.readiness(it) }.lastBackgroundRunWallMs) > 0)
    }
}
