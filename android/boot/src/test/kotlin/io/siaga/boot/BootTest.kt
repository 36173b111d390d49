package io.siaga.boot

import android.Manifest.permission.RECEIVE_BOOT_COMPLETED
import android.content.Intent
import android.content.pm.PackageManager
import io.siaga.sdk.Outcome
import io.siaga.sdk.SiagaSdk
import io.siaga.sdk.SosReceiver
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** After a restart, and after an update. All that this artefact is: a manifest, which gives the SDK's receiver more to do. */
@RunWith(RobolectricTestRunner::class)
class BootTest {
    private val app = RuntimeEnvironment.getApplication()

    @After
    fun end() {
        SiagaSdk.current?.end()
    }

    /** Nothing of it goes on in the next test. */
    private fun SiagaSdk.end() {
        shutDown()
        opened()
    }

    /** What the core says, when all is done that was asked before. */
    private fun SiagaSdk.opened() = CompletableFuture.supplyAsync { blocking { it.snapshot() } }.get(1, TimeUnit.MINUTES)

    private fun received(action: String) = SosReceiver().onReceive(app, Intent(action))

    /** As the last start left it. */
    private fun startedOnce() {
        val preferences = app.getSharedPreferences("siaga", 0)
        check(preferences.edit().putString("config", CONFIG).commit())
    }

    @Test
    fun a_restart_and_an_update_go_on_as_at_the_last_start() {
        for (action in listOf(Intent.ACTION_BOOT_COMPLETED, Intent.ACTION_MY_PACKAGE_REPLACED)) {
            startedOnce()
            received(action)
            val sdk = checkNotNull(SiagaSdk.current)
            val opened = sdk.opened()
            assertTrue("$opened", opened is Outcome.Done)
            sdk.end()
        }
    }

    @Test
    fun an_app_that_never_started_siaga_starts_nothing() {
        received(Intent.ACTION_BOOT_COMPLETED)
        assertNull(SiagaSdk.current)
    }

    @Test
    fun the_manifest_names_both_and_one_permission() {
        for (action in listOf(Intent.ACTION_BOOT_COMPLETED, Intent.ACTION_MY_PACKAGE_REPLACED)) {
            val found = app.packageManager.queryBroadcastReceivers(Intent(action).setPackage(app.packageName), 0)
            assertEquals(SosReceiver::class.java.name, found.single().activityInfo.name)
            assertTrue(!found.single().activityInfo.exported)
        }
        val info = app.packageManager.getPackageInfo(app.packageName, PackageManager.GET_PERMISSIONS)
        assertEquals(listOf(RECEIVE_BOOT_COMPLETED), info.requestedPermissions.toList())
    }

    private companion object {
        const val KEY = "I0oS8h8hfv0zR-_yYYluvmK87TRVprNriR9S7utDuag"
        const val CONFIG = """{"centre": {"id": "test", "root_key": "$KEY", "primary": "https://127.0.0.1:9"}}"""
    }
}
