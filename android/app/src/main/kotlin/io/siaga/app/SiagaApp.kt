package io.siaga.app

import android.app.Application
import android.content.Intent
import io.siaga.engine.*
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
        val report = snapshot.incidents.lastOrNull { it.kind == Kind.REPORT && it.pending > 0u }
        val incident = emergency(snapshot)?.takeIf { isOpen(it) || it.pending > 0u } ?: report ?: return null
        val canPress = isOpen(incident) && !incident.drill && incident !== report
        val words = Words(resources)
        return SosText(
            title = words.title(incident),
            text = words.headline(incident, snapshot.store),
            pressAgain = getString(R.string.press_again).takeIf { canPress },
            cancel = getString(R.string.cancel).takeIf { canPress },
        )
    }
}
