package io.siaga.app

import android.os.Bundle
import android.widget.CheckBox
import android.widget.RadioGroup
import io.siaga.engine.Snapshot
import io.siaga.sdk.Haptics

/** How a press is felt, whether volume keys count, and what is known of the core. */
internal class SettingsActivity : Screen(R.layout.settings) {
    private val profiles =
        mapOf(R.id.haptics_none to Haptics.NONE, R.id.haptics_faint to Haptics.FAINT, R.id.haptics_normal to Haptics.NORMAL)

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        findViewById<RadioGroup>(R.id.haptics).apply {
            check(profiles.entries.first { it.value == choices.haptics }.key)
            setOnCheckedChangeListener { _, id -> profiles[id]?.let(::feel) }
        }
        findViewById<CheckBox>(R.id.volume_keys).apply {
            isChecked = choices.volumeKeys
            setOnCheckedChangeListener { _, on -> choices.volumeKeys = on }
        }
        on(R.id.setup) { open(SetupActivity::class.java) }
        fill(R.id.about, listOf(version()))
    }

    override fun draw(snapshot: Snapshot) {
        val store = Line(words.store(snapshot.store))
        val parked = Line(words.text(R.string.parked, snapshot.parked.toInt())).takeIf { snapshot.parked > 0u }
        fill(R.id.about, listOfNotNull(version(), store, Line(words.offers(snapshot.offers)), parked))
    }

    private fun feel(haptics: Haptics) {
        choices.haptics = haptics
        (application as SiagaApp).start()
    }

    private fun version() =
        Line(words.text(R.string.version, packageManager.getPackageInfo(packageName, 0).versionName.orEmpty()))
}
