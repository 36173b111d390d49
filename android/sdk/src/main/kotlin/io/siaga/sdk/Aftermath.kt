package io.siaga.sdk

import io.siaga.engine.*
import io.siaga.runtime.NextWake

/** What the phone is asked for after each change, so that what waits is delivered while nobody looks. On the SDK's thread. */
internal class Aftermath(private val sdk: SiagaSdk) {
    private val locks = WakeLocks(sdk.context)
    val hints = Hints(sdk.context) { sdk.options.firstJobId }
    val notification = NotificationAdapter(sdk.context, sdk.threads)

    fun of(snapshot: Snapshot, next: NextWake?) {
        val emergency = emergency(snapshot)
        val host = sdk.options.notification
        locks.hold(emergency)
        // While the service stands, the system lets nobody take its notification away, and it cannot begin without one.
        if (emergency == null) SosService.end()
        host?.let { notification.show(it, snapshot) }
        if (emergency != null) SosService.begin(sdk.context)
        val files = snapshot.incidents.flatMap { it.files }.filter { it.state == FileState.Waiting }
        hints.upload(files.lastOrNull()?.id, files.sumOf { (it.bytes - it.sent).toLong() }, notification.shown != null)
        val isForUnmetered = snapshot.incidents.any { incident -> incident.files.any { it.state == FileState.Metered } }
        val isEmpty = snapshot.waiting.all { it.rows == 0u }
        if (isEmpty || next == null) hints.none() else hints.ask(emergency, next.inMs.toLong(), host != null)
        hints.unmetered(isForUnmetered)
    }

    /** The newest SOS or drill of which something urgent has no receipt yet. */
    private fun emergency(snapshot: Snapshot): String? {
        val isUrgent = snapshot.waiting.any { it.lane == Lane.SOS || it.lane == Lane.URGENT }
        val waiting = snapshot.incidents.filter { it.kind == Kind.SOS && it.pending > 0u }
        return waiting.lastOrNull { if (it.drill) it.state == IncidentState.RECORDED else isUrgent }?.id
    }
}
