package io.siaga.sdk

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.Manifest.permission.FOREGROUND_SERVICE
import android.app.ForegroundServiceStartNotAllowedException
import android.content.ComponentName
import android.content.Context
import android.content.ContextWrapper
import android.content.Intent
import android.content.pm.ServiceInfo
import android.content.pm.ServiceInfo.FOREGROUND_SERVICE_TYPE_DATA_SYNC
import android.content.pm.ServiceInfo.FOREGROUND_SERVICE_TYPE_LOCATION
import android.content.pm.ServiceInfo.FOREGROUND_SERVICE_TYPE_SHORT_SERVICE
import io.siaga.engine.Source
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ServiceController
import org.robolectric.annotation.Config
import org.robolectric.util.ReflectionHelpers

/** The foreground service, and everything that a phone may refuse it (F54, F55). */
@RunWith(RobolectricTestRunner::class)
class SosServiceTest {
    private val app = RuntimeEnvironment.getApplication()
    private val services = mutableListOf<ServiceController<SosService>>()

    @After
    fun end() {
        services.forEach { it.destroy() }
        SiagaSdk.current?.end()
    }

    private fun named(types: Int) {
        val info = ServiceInfo().apply {
            packageName = app.packageName
            name = SosService::class.java.name
        }
        ReflectionHelpers.setField(info, "mForegroundServiceType", types)
        shadowOf(app.packageManager).addOrUpdateService(info)
    }

    /** An SOS that no centre can have: the SDK itself wants the service, whatever else changes in the core. */
    private fun emergency(notification: SosNotification? = words(app)): SiagaSdk {
        shadowOf(app).grantPermissions(FOREGROUND_SERVICE)
        return SiagaSdk.start(app, Centre.nowhere(), SiagaOptions(notification)).also { it.sos() }
    }

    private fun create() = Robolectric.buildService(SosService::class.java).also(services::add).create()

    /** The system starts what the SDK has asked for. */
    private fun SiagaSdk.started(): SosService =
        atRest {
            assertNotNull("the SDK asks for it", shadowOf(app).nextStartedService)
            create().startCommand(0, 1).get()
        }

    private fun begun(context: Context = app): Intent? {
        SosService.begin(context)
        return shadowOf(app).nextStartedService
    }

    @Test
    @Config(sdk = [34, 35])
    fun its_type_is_the_best_that_the_manifest_names_and_the_citizen_permits() {
        val (location, data, short) =
            Triple(FOREGROUND_SERVICE_TYPE_LOCATION, FOREGROUND_SERVICE_TYPE_DATA_SYNC, FOREGROUND_SERVICE_TYPE_SHORT_SERVICE)
        val all = location or data or short
        for ((permission, named, types) in listOf(
            Triple(ACCESS_FINE_LOCATION, all, listOf(location, data, short)),
            Triple(ACCESS_COARSE_LOCATION, all, listOf(location, data, short)),
            Triple(null, all, listOf(data, short)),
            Triple(ACCESS_FINE_LOCATION, data, listOf(data)),
            Triple(ACCESS_FINE_LOCATION, 0, emptyList()),
            Triple(null, short, listOf(short)),
        )) {
            shadowOf(app).denyPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
            permission?.let { shadowOf(app).grantPermissions(it) }
            named(named)
            assertEquals("$permission, $named", types, SosService.types(app))
        }
    }

    @Test
    @Config(sdk = [34, 35])
    fun the_main_artefact_alone_names_no_type_and_starts_no_service() {
        assertEquals(emptyList<Int>(), SosService.types(app))
        assertNull(begun())
    }

    @Test
    fun it_takes_the_foreground_with_the_words_of_the_host() {
        named(FOREGROUND_SERVICE_TYPE_DATA_SYNC)
        val sdk = emergency()
        val service = shadowOf(sdk.started())
        assertEquals(112, service.lastForegroundNotificationId)
        assertEquals("RECORDED", service.lastForegroundNotification.extras.getString("android.title"))
        assertNotNull(SosService.standing)
        sdk.atRest {
            shadowOf(app).clearStartedServices()
            assertNull("it stands already", begun())
        }
    }

    @Test
    fun refused_the_foreground_it_ends_and_the_core_goes_on() {
        named(FOREGROUND_SERVICE_TYPE_LOCATION or FOREGROUND_SERVICE_TYPE_DATA_SYNC)
        val sdk = emergency()
        for (refusal in listOf(SecurityException("no permission"), ForegroundServiceStartNotAllowedException("background"))) {
            val service = create()
            val shadow = shadowOf(service.get())
            shadow.setThrowInStartForeground(refusal)
            sdk.atRest { service.startCommand(0, 1) }
            assertTrue(shadow.isStoppedBySelf)
            assertNull(SosService.standing)
            assertTrue(told { sdk.press(Source.SCREEN, done = it) } is Outcome.Done)
        }
    }

    @Test
    fun it_ends_with_the_emergency_and_what_was_said_last_stays() {
        named(FOREGROUND_SERVICE_TYPE_DATA_SYNC)
        val sdk = emergency()
        val service = sdk.started()
        sdk.atRest(SosService::end)
        assertTrue(shadowOf(service).isStoppedBySelf)
        assertTrue(shadowOf(service).isForegroundStopped)
        assertFalse(shadowOf(service).notificationShouldRemoved)
    }

    @Test
    fun a_receipt_that_comes_before_it_has_begun_ends_it_as_well() {
        named(FOREGROUND_SERVICE_TYPE_DATA_SYNC)
        emergency().atRest {
            SosService.end()
            assertTrue(shadowOf(create().startCommand(0, 1).get()).isStoppedBySelf)
        }
        assertNull(SosService.standing)
    }

    @Test
    fun without_words_of_the_host_there_is_no_service() {
        named(FOREGROUND_SERVICE_TYPE_DATA_SYNC)
        assertTrue(shadowOf(emergency(notification = null).started()).isStoppedBySelf)
        assertNull(SosService.standing)
    }

    @Test
    @Config(sdk = [34, 35])
    fun started_again_by_the_system_in_a_process_without_a_start_it_ends() {
        assertTrue(shadowOf(create().startCommand(0, 1).get()).isStoppedBySelf)
    }

    @Test
    fun a_type_whose_time_is_over_ends_it_before_the_system_ends_the_app() {
        named(FOREGROUND_SERVICE_TYPE_DATA_SYNC)
        val service = emergency().started()
        service.onTimeout(1, FOREGROUND_SERVICE_TYPE_DATA_SYNC)
        assertTrue(shadowOf(service).isStoppedBySelf)
        assertNull(SosService.standing)
    }

    @Test
    @Config(sdk = [34, 35])
    fun a_start_out_of_the_background_is_refused_and_costs_nothing() {
        shadowOf(app).grantPermissions(FOREGROUND_SERVICE)
        assertEquals(ComponentName(app, SosService::class.java), begun()?.component)
        val background =
            object : ContextWrapper(app) {
                override fun startService(intent: Intent): ComponentName = error("not from the background")

                override fun startForegroundService(intent: Intent): ComponentName = throw AssertionError("it kills the app")
            }
        assertNull(begun(background))
    }
}
