package io.siaga.location

import android.Manifest.permission
import android.content.ComponentName
import android.content.pm.PackageManager
import android.content.pm.ServiceInfo
import io.siaga.sdk.SosService
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** All that this artefact is: a manifest. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34, 35])
class ManifestTest {
    private val manager = RuntimeEnvironment.getApplication().packageManager

    @Test
    fun the_service_has_a_type_for_positions_and_two_for_an_sos_without_one() {
        val service = manager.getServiceInfo(ComponentName(RuntimeEnvironment.getApplication(), SosService::class.java), 0)
        val types =
            ServiceInfo.FOREGROUND_SERVICE_TYPE_LOCATION or
                ServiceInfo.FOREGROUND_SERVICE_TYPE_DATA_SYNC or
                ServiceInfo.FOREGROUND_SERVICE_TYPE_SHORT_SERVICE
        assertEquals(types, service.foregroundServiceType)
        assertTrue(!service.exported)
    }

    @Test
    fun each_type_has_its_permission() {
        val name = RuntimeEnvironment.getApplication().packageName
        val asked = manager.getPackageInfo(name, PackageManager.GET_PERMISSIONS).requestedPermissions.toSet()
        val expected =
            setOf(
                permission.ACCESS_COARSE_LOCATION,
                permission.ACCESS_FINE_LOCATION,
                permission.POST_NOTIFICATIONS,
                permission.FOREGROUND_SERVICE,
                permission.FOREGROUND_SERVICE_LOCATION,
                permission.FOREGROUND_SERVICE_DATA_SYNC,
                permission.RUN_USER_INITIATED_JOBS,
                permission.WAKE_LOCK,
            )
        assertEquals(expected, asked)
    }
}
