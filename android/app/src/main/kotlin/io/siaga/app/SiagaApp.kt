package io.siaga.app

import android.app.Application
import android.content.Intent
import io.siaga.engine.Snapshot
import io.siaga.sdk.*

/** The app: starts the core with what the citizen chose, and gives the notification its words. */
internal open class SiagaApp : Application() {
    val choices: Choices by lazy { Choices(this) }

    override fun onCreate() {
        super.onCreate()
        start()
    }

    fun sdk(): SiagaSdk = SiagaSdk.current ?: start()

    fun start(done: (Outcome<Unit>) -> Unit = {}): SiagaSdk =
        SiagaSdk.start(this, choices.config(), SiagaOptions(notification(), choices.haptics), done)

    private fun notification() =
        SosNotification(
            channelId = "sos",
            channelName = getString(R.string.sos),
            icon = R.drawable.icon,
            open = Intent(this, SosActivity::class.java),
            words = ::notificationWords,
        )

    private fun notificationWords(snapshot: Snapshot): SosText? {
        val incident = snapshot.incidents.lastOrNull()?.takeIf { isOpen(it) || it.pending > 0u } ?: return null
        val words = Words(resources)
        return SosText(
            title = words.title(incident),
            text = words.headline(incident, snapshot.store),
            pressAgain = getString(R.string.press_again).takeIf { isOpen(incident) && !incident.drill },
            cancel = getString(R.string.cancel).takeIf { isOpen(incident) && !incident.drill },
        )
    }
}
