package io.siaga.sample

import android.app.Activity
import android.os.Bundle
import android.widget.Button
import io.siaga.sdk.SiagaSdk
import io.siaga.sdk.SosButton

/** A working SOS in five lines. */
class SampleActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val siaga = SiagaSdk.start(this, assets.open("agency.json").use { it.reader().readText() })
        val button = Button(this)
        SosButton.attach(button, siaga)
        siaga.observe { button.text = it.incidents.lastOrNull()?.state?.name ?: "SOS ${it.button.presses}/${it.button.needed}" }
        setContentView(button)
    }
}
