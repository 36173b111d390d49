package io.siaga.sdk

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.content.Context
import android.content.ContextWrapper
import android.location.Location
import android.location.LocationManager
import android.os.BatteryManager
import android.os.SystemClock
import io.siaga.engine.FixReading
import io.siaga.engine.FixSource
import io.siaga.engine.LocationReport
import io.siaga.engine.NoFix
import io.siaga.engine.Radius
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowSystemClock
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/** Positions, with the platform's own classes and providers that the test controls. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34, 35])
class LocationAdapterTest {
    private val app = RuntimeEnvironment.getApplication()
    private val manager = app.getSystemService(LocationManager::class.java)
    private val platform = shadowOf(manager)
    private val reports = LinkedBlockingQueue<LocationReport>()
    private var sosAgeMs = 0L
    private val adapter = adapterIn(app)

    private fun adapterIn(context: Context) = LocationAdapter(context, { sosAged(sosAgeMs) }, reports::put)

    private fun sosAged(ageMs: Long) = snapshot(incident().copy(ageMs = ageMs.toULong()))

    @Before
    fun granted() {
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        platform.setLocationEnabled(true)
        listOf(GPS, NETWORK).forEach { platform.setProviderEnabled(it, true) }
    }

    @After
    fun close() = adapter.close()

    private fun next(): LocationReport = checkNotNull(reports.poll(1, TimeUnit.MINUTES)) { "nothing was reported" }

    private fun nextFix(): FixReading = (next() as LocationReport.Fix).v1

    private fun nextWhyNot(): NoFix = (next() as LocationReport.Unable).v1

    /** Everything that the adapter was asked so far has been done. */
    private fun settled() {
        val mark = CountDownLatch(1)
        adapter.handler.post(mark::countDown)
        assertTrue(mark.await(1, TimeUnit.MINUTES))
    }

    private fun fix(provider: String, ageMs: Long = 0): Location =
        Location(provider).apply {
            latitude = -6.2
            longitude = 106.8
            elapsedRealtimeNanos = SystemClock.elapsedRealtimeNanos() - ageMs * 1_000_000
            accuracy = 12f
        }

    private fun requests() = listOf(GPS, NETWORK, "fused").associateWith { platform.getLegacyLocationRequests(it).size }

    @Test
    fun a_fix_keeps_what_the_platform_says_and_nothing_else() {
        adapter.start()
        settled()
        platform.simulateLocation(GPS, fix(GPS))
        val bare = nextFix()
        assertEquals(Radius(12.0, 0.68), bare.radius)
        assertEquals(listOf(-6.2, 106.8, FixSource.GNSS, false), listOf(bare.lat, bare.lon, bare.source, bare.mock))
        assertEquals(listOf(null, null, null, null), listOf(bare.altitudeM, bare.speedMps, bare.bearingDeg, bare.statedWallMs))
        val full = fix(NETWORK).apply {
            removeAccuracy()
            altitude = 7.5
            speed = 1.5f
            bearing = 90f
            time = 1_790_000_000_000
        }
        val reading = full.reading()
        assertNull(reading.radius)
        assertEquals(listOf(7.5, 1.5, 90.0), listOf(reading.altitudeM, reading.speedMps, reading.bearingDeg))
        assertEquals(FixSource.NETWORK to 1_790_000_000_000, reading.source to reading.statedWallMs)
        assertEquals(FixSource.FUSED, fix("fused").reading().source)
        assertEquals(FixSource.UNKNOWN, fix("another").reading().source)
    }

    @Test
    fun a_place_that_another_app_invented_is_told_as_such() {
        assertTrue(fix(GPS).apply { isMock = true }.reading().mock)
    }

    @Test
    fun the_age_is_by_the_clock_that_nobody_can_set_f42() {
        ShadowSystemClock.advanceBy(Duration.ofHours(2))
        val old = fix(GPS, ageMs = 43 * 60_000)
        old.time = System.currentTimeMillis()
        assertEquals(43u * 60_000uL, old.reading().ageMs)
        val ahead = fix(GPS).apply { elapsedRealtimeNanos += 5_000_000_000 }
        assertEquals(0uL, ahead.reading().ageMs)
        val unset = fix(GPS).apply { elapsedRealtimeNanos = 0 }
        assertEquals(SystemClock.elapsedRealtime().toULong(), unset.reading().ageMs)
    }

    @Test
    fun the_last_known_place_comes_at_once_with_its_true_age_and_the_newest_last() {
        ShadowSystemClock.advanceBy(Duration.ofHours(2))
        platform.simulateLocation(GPS, fix(GPS, ageMs = 60_000))
        platform.simulateLocation(NETWORK, fix(NETWORK, ageMs = 3_600_000))
        adapter.recheck()
        assertEquals(listOf(3_600_000uL, 60_000uL), listOf(nextFix().ageMs, nextFix().ageMs))
        assertEquals("nothing is switched on by it", 0, requests().getValue(GPS))
    }

    @Test
    fun without_a_permission_the_reason_comes_at_once_and_nothing_is_asked_f48() {
        shadowOf(app).denyPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        adapter.start()
        assertEquals(NoFix.PERMISSION_DENIED, nextWhyNot())
        assertEquals(0, requests().values.sum())
        shadowOf(app).grantPermissions(ACCESS_COARSE_LOCATION)
        adapter.recheck()
        settled()
        assertTrue(requests().getValue(NETWORK) > 0)
        assertTrue(reports.isEmpty())
    }

    @Test
    fun with_the_switch_off_the_reason_comes_at_once_and_fixes_come_when_it_is_on_f48() {
        platform.setLocationEnabled(false)
        adapter.start()
        assertEquals(NoFix.LOCATION_OFF, nextWhyNot())
        settled()
        platform.setLocationEnabled(true)
        listOf(GPS, NETWORK).forEach { platform.setProviderEnabled(it, true) }
        reports.clear()
        platform.simulateLocation(GPS, fix(GPS))
        assertEquals(FixSource.GNSS, nextFix().source)
    }

    @Test
    fun a_switch_that_goes_off_meanwhile_is_told() {
        adapter.start()
        settled()
        platform.setLocationEnabled(false)
        platform.setProviderEnabled(GPS, false)
        assertEquals(NoFix.LOCATION_OFF, nextWhyNot())
    }

    @Test
    fun a_phone_without_any_positioning_says_that_there_is_no_signal() {
        listOf(GPS, NETWORK, "fused").forEach(platform::removeProvider)
        adapter.start()
        assertEquals(NoFix.NO_SIGNAL, nextWhyNot())
    }

    @Test
    fun stopping_ends_all_requests_and_starting_twice_asks_once() {
        adapter.start()
        adapter.start()
        settled()
        assertTrue(requests().getValue(GPS) > 0)
        adapter.stop()
        settled()
        assertEquals(0, requests().values.sum())
        adapter.start()
        settled()
        assertTrue(requests().getValue(GPS) > 0)
    }

    @Test
    fun a_platform_that_never_answers_holds_up_nobody() {
        val entered = CountDownLatch(1)
        val never = CountDownLatch(1)
        val hanging =
            object : ContextWrapper(app) {
                override fun getSystemService(name: String): Any? {
                    if (name == LOCATION_SERVICE) {
                        entered.countDown()
                        never.await()
                    }
                    return super.getSystemService(name)
                }
            }
        val slow = adapterIn(hanging)
        slow.start()
        assertTrue(entered.await(1, TimeUnit.MINUTES))
        slow.stop()
        slow.recheck()
        never.countDown()
        slow.close()
    }

    @Test
    fun a_platform_that_throws_is_no_signal() {
        val broken =
            object : ContextWrapper(app) {
                override fun getSystemService(name: String): Any? =
                    if (name == LOCATION_SERVICE) throw NoClassDefFoundError("a vendor's own") else super.getSystemService(name)
            }
        val adapter = adapterIn(broken)
        adapter.start()
        assertEquals(NoFix.LOCATION_OFF, nextWhyNot())
        adapter.close()
    }

    @Test
    fun fixes_are_asked_for_less_often_as_the_sos_grows_old_f49() {
        adapter.start()
        settled()
        assertEquals(2_000L, platform.getLegacyLocationRequests(GPS).single().intervalMillis)
        sosAgeMs = 11 * 60_000
        platform.simulateLocation(GPS, fix(GPS))
        nextFix()
        settled()
        assertEquals(15_000L, platform.getLegacyLocationRequests(GPS).single().intervalMillis)
        sosAgeMs = 61 * 60_000
        adapter.recheck()
        settled()
        assertEquals(60_000L, platform.getLegacyLocationRequests(GPS).single().intervalMillis)
    }

    @Test
    fun with_little_battery_fixes_are_asked_for_less_often_f49() {
        val battery = shadowOf(app.getSystemService(BatteryManager::class.java))
        battery.setIsCharging(false)
        for ((percent, intervalMs) in listOf(16 to 2_000L, 15 to 6_000L, 0 to 2_000L, Int.MIN_VALUE to 2_000L)) {
            battery.setIntProperty(BatteryManager.BATTERY_PROPERTY_CAPACITY, percent)
            assertEquals("$percent %", intervalMs, fixIntervalMs(app, null))
        }
        battery.setIntProperty(BatteryManager.BATTERY_PROPERTY_CAPACITY, 5)
        battery.setIsCharging(true)
        assertEquals(2_000L, fixIntervalMs(app, null))
    }

    private companion object {
        const val GPS = LocationManager.GPS_PROVIDER
        const val NETWORK = LocationManager.NETWORK_PROVIDER
    }
}
