package io.siaga.background

import android.Manifest.permission.ACCESS_BACKGROUND_LOCATION
import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.content.pm.PackageManager
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** Two requests, one after the other (F16). */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34, 35])
class BackgroundLocationTest {
    private val app = RuntimeEnvironment.getApplication()

    private fun next() = BackgroundLocation.next(app).toList()

    @Test
    fun the_second_request_is_for_itself_and_comes_after_the_first_was_granted_f16() {
        assertEquals(listOf(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION), next())
        shadowOf(app).grantPermissions(ACCESS_COARSE_LOCATION)
        assertEquals(listOf(ACCESS_BACKGROUND_LOCATION), next())
        shadowOf(app).grantPermissions(ACCESS_BACKGROUND_LOCATION)
        assertEquals(emptyList<String>(), next())
        shadowOf(app).denyPermissions(ACCESS_COARSE_LOCATION)
        assertEquals(listOf(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION), next())
    }

    @Test
    fun the_manifest_names_what_is_asked_for_and_nothing_else() {
        val asked = app.packageManager.getPackageInfo(app.packageName, PackageManager.GET_PERMISSIONS).requestedPermissions
        val expected = setOf(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION, ACCESS_BACKGROUND_LOCATION)
        assertEquals(expected, asked.toSet())
    }
}
