package io.siaga.sdk

import com.sun.jna.Native
import io.siaga.CredentialsPort
import io.siaga.Listener
import io.siaga.LogPort
import io.siaga.PortException
import io.siaga.TransportPort
import io.siaga.engine.Failure
import io.siaga.net.Header
import io.siaga.net.Transfer
import io.siaga.runtime.Note
import java.util.concurrent.Executors

/** What the core tells. Neither may throw. */
internal class Ears(private val changed: () -> Unit, private val noted: (Note) -> Unit) : Listener, LogPort {
    override fun changed(revision: ULong) {
        // The core's own thread stays the JVM's as well: to attach it for each change takes longer than all the rest.
        Native.detach(false)
        changed.invoke()
    }

    override fun note(note: Note) = noted(note)
}

/** The host's. What it throws becomes the one exception that the core counts: an Error would get lost on its way there. */
internal class GuardedCredentials(private val options: () -> SiagaOptions) : CredentialsPort {
    override fun headers(): List<Header> =
        attempt { options().credentials?.headers().orEmpty() } ?: throw PortException.Unavailable()
}

/** The host's. The core calls it on the thread of a press: one that is slow, or never comes back, gets a thread of its own. */
internal class OwnThreadTransport(private val port: TransportPort, private val core: OpenCore) : TransportPort {
    private val thread = Executors.newSingleThreadExecutor { Thread(it, "siaga-transport").apply { isDaemon = true } }

    override fun begin(transfer: Transfer) =
        thread.execute { attempt { port.begin(transfer) } ?: core.call { it.transferFailed(transfer.id, Failure.UNAVAILABLE) } }

    override fun networkChanged() = thread.execute { attempt { port.networkChanged() } }
}
