package io.siaga.sdk

import io.siaga.Listener
import io.siaga.Ports
import io.siaga.Siaga
import io.siaga.Subscription
import io.siaga.runtime.SiagaException
import java.io.File

/** The core, open. One that could not be opened is tried again by the next call. */
internal class OpenCore(private val folder: () -> File, private val listener: Listener, private val ports: (OpenCore) -> Ports) {
    private var core: Siaga? = null
    private var subscription: Subscription? = null
    private var config: String? = null
    private var isClosed = false

    fun <T> call(work: (Siaga) -> T): Outcome<T> =
        runCatching { work(synchronized(this) { core ?: opened(config) }) }.fold({ Outcome.Done(it) }, ::outcomeOf)

    /** From now on under this configuration. One that cannot be used leaves the last that could in force (INV-2). */
    @Synchronized
    fun configure(next: String?, lastGood: String?, samePorts: Boolean): Outcome<Unit> {
        if (core != null && next == config && samePorts) return Outcome.Done(Unit)
        val outcome = runCatching<Unit> { opened(next) }.fold({ Outcome.Done(it) }, ::outcomeOf)
        if (next == null) letGo()
        if (next != null && core == null && lastGood != null) attempt { opened(lastGood) }
        if (core == null) config = next
        return outcome
    }

    @Synchronized
    fun close() = letGo().also { isClosed = true }

    /** Opens one, and lets go of the one before only then: two may use the folder at the same time. */
    private fun opened(document: String?): Siaga {
        if (isClosed) throw SiagaException.Closed()
        val given = document ?: throw SiagaException.Config("there is none: give the agency's JSON document to SiagaSdk.start")
        val fresh = Siaga.open(folder().path, given, ports(this))
        letGo()
        core = fresh
        config = document
        subscription = attempt { fresh.subscribe(listener) }
        return fresh
    }

    private fun letGo() {
        attempt { subscription?.cancel() }
        attempt { core?.shutDown() }
        attempt { core?.close() }
        subscription = null
        core = null
    }
}
