package io.siaga.app

import android.app.AlertDialog
import android.content.Intent
import android.os.Bundle
import android.view.KeyEvent
import android.view.WindowManager
import android.widget.EditText
import io.siaga.engine.*
import io.siaga.sdk.*

/** The button, and how far the newest SOS or drill has come. Also over the lock screen. */
internal class SosActivity : Screen(R.layout.sos) {
    private val button: BigButton by lazy { findViewById(R.id.sos) }

    @Suppress("DEPRECATION")
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        // The manifest says it too, but only Android 8.1 and later read it there.
        window.addFlags(WindowManager.LayoutParams.FLAG_SHOW_WHEN_LOCKED)
        SosButton.attach(button, sdk) { outcome ->
            button.answered()
            explain(outcome)
        }
        on(R.id.cancel, ::cancel)
        on(R.id.files) { open(FilesActivity::class.java, sdk.snapshot?.let(::emergency)?.id) }
        on(R.id.report) { open(ReportsActivity::class.java) }
        on(R.id.timeline) { open(TimelineActivity::class.java) }
        on(R.id.drill) { open(DrillActivity::class.java) }
        on(R.id.settings) { open(SettingsActivity::class.java) }
        say(R.id.headline, words.text(R.string.opening))
        listOf(R.id.answer, R.id.trouble, R.id.position, R.id.store, R.id.cancel).forEach { say(it, null) }
        show(R.id.files, false)
        if (state != null) return
        onNewIntent(intent)
        if (choices.agency == null) open(SetupActivity::class.java)
    }

    /** The notification's button for calling off leads here. */
    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        if (intent.getBooleanExtra(SosNotification.EXTRA_CANCEL, false)) cancel()
    }

    override fun onResume() {
        super.onResume()
        sdk.permissionsChanged()
    }

    override fun dispatchKeyEvent(event: KeyEvent): Boolean =
        (choices.volumeKeys && VolumeKeys(this, sdk).press(event, ::explain)) || super.dispatchKeyEvent(event)

    override fun draw(snapshot: Snapshot) {
        val incident = emergency(snapshot)
        val open = incident?.takeIf(::isOpen)
        button.show(snapshot.button, open?.takeIf { !it.drill }?.presses ?: 0u)
        say(R.id.headline, incident?.let { words.headline(it, snapshot.store) } ?: words.text(R.string.nothing_open))
        look(R.id.headline, incident?.let(::look) ?: R.style.Headline)
        say(R.id.trouble, incident?.trouble?.let(words::trouble))
        say(R.id.position, words.position(snapshot.position))
        say(R.id.store, snapshot.store.takeIf { it != StoreHealth.DURABLE }?.let(words::store))
        show(R.id.files, open != null)
        say(R.id.cancel, open?.let { words.text(if (it.drill) R.string.cancel_drill else R.string.cancel) })
    }

    /** Asks first, and for the code of those who were given one. An empty field is no code. */
    private fun cancel() {
        val content = layoutInflater.inflate(R.layout.cancel, null)
        val code = content.findViewById<EditText>(R.id.code)
        AlertDialog
            .Builder(this)
            .setTitle(R.string.cancel)
            .setView(content)
            .setPositiveButton(R.string.cancel_yes) { _, _ -> sdk.cancel(auth(code.text.toString()), explain(R.id.answer)) }
            .setNegativeButton(R.string.cancel_no, null)
            .show()
    }

    private fun auth(code: String) = if (code.isEmpty()) CancelAuth.None else CancelAuth.Code(code)

    private fun explain(outcome: PressOutcome) = say(R.id.answer, words.unheard(outcome))
}
