package io.siaga.app

import android.Manifest
import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import android.os.Build
import android.os.Bundle
import android.provider.Settings
import android.widget.EditText
import android.widget.RadioGroup
import io.siaga.engine.Snapshot
import io.siaga.sdk.Readiness
import java.io.File

/** The agency, the permissions in the order in which the system grants them, and the citizen's own way of pressing. */
internal class SetupActivity : Screen(R.layout.setup) {
    private val practice by lazy { Practice(File(cacheDir, "practice")) { say(R.id.measured, words.practised(it)) } }
    private val windows = mapOf(R.id.window_agency to 0, R.id.window_5 to 5_000, R.id.window_10 to 10_000)
    private val gaps = mapOf(R.id.gap_agency to 0, R.id.gap_short to 40, R.id.gap_long to 200)

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        on(R.id.use) {
            choices.agency = findViewById<EditText>(R.id.config).text.toString()
            restart()
        }
        on(R.id.location) { ask(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION) }
        on(R.id.background) { ask(Manifest.permission.ACCESS_BACKGROUND_LOCATION) }
        on(R.id.notification) { ask(Manifest.permission.POST_NOTIFICATIONS) }
        on(R.id.attempt, practice::press)
        on(R.id.done, ::finish)
        choose(R.id.window, "window_ms", windows)
        choose(R.id.gap, "debounce_ms", gaps)
        say(R.id.measured, null)
        restart()
    }

    override fun onResume() {
        super.onResume()
        sdk.permissionsChanged()
        sdk.readiness(::tell)
    }

    override fun onDestroy() {
        practice.end()
        super.onDestroy()
    }

    override fun onRequestPermissionsResult(code: Int, permissions: Array<String>, results: IntArray) {
        super.onRequestPermissionsResult(code, permissions, results)
        val refused = results.isNotEmpty() && results.none { it == PackageManager.PERMISSION_GRANTED }
        // The system asks twice at most. After that only its own settings help.
        if (refused && permissions.none(::shouldShowRequestPermissionRationale)) {
            startActivity(Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", packageName, null)))
        }
    }

    override fun draw(snapshot: Snapshot) = Unit

    /** Goes on under what was chosen, and says whether it can be used. */
    private fun restart() {
        (application as SiagaApp).start { outcome ->
            val fault = if (choices.agency == null) words.text(R.string.setup_config_none) else words.declined(outcome)
            say(R.id.config_state, fault ?: words.text(R.string.setup_config_here))
            look(R.id.config_state, if (fault == null) R.style.Quiet else R.style.Trouble)
        }
        practice.begin(choices.config())
    }

    private fun tell(readiness: Readiness) {
        say(R.id.location_state, words.location(readiness))
        say(R.id.notification_state, words.allowed(readiness.notifications))
        show(R.id.location, !readiness.preciseLocation)
        val next = readiness.location && !readiness.locationInBackground
        show(R.id.background, next && names(Manifest.permission.ACCESS_BACKGROUND_LOCATION))
        show(R.id.notification, !readiness.notifications && Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU)
    }

    /** Background positions are an artefact that a host opts in to: without it there is nothing to ask for. */
    private fun names(permission: String): Boolean {
        val info = packageManager.getPackageInfo(packageName, PackageManager.GET_PERMISSIONS)
        return permission in info.requestedPermissions.orEmpty()
    }

    private fun ask(vararg permissions: String) = requestPermissions(arrayOf(*permissions), 0)

    private fun choose(id: Int, field: String, values: Map<Int, Int>) {
        val group = findViewById<RadioGroup>(id)
        values.entries.firstOrNull { it.value == choices.own(field) }?.let { group.check(it.key) }
        group.setOnCheckedChangeListener { _, checked ->
            values[checked]?.let { choices.keep(field, it) }
            restart()
        }
    }
}
