package io.siaga.app

import android.os.Handler
import android.os.Looper
import io.siaga.Ports
import io.siaga.Siaga
import io.siaga.TransportPort
import io.siaga.engine.PressAnswer
import io.siaga.engine.Source
import io.siaga.net.Transfer
import java.io.File
import java.util.concurrent.Executors

/** A core of its own, whose deliveries go nowhere: it judges a way of pressing as the real one does (F78). Nobody is called. */
internal class Practice(private val folder: File, private val answered: (PressAnswer) -> Unit) {
    private val thread = Executors.newSingleThreadExecutor()
    private val main = Handler(Looper.getMainLooper())
    private var core: Siaga? = null

    fun begin(config: String?): Unit =
        thread.execute {
            letGo()
            core = config?.let { runCatching { Siaga.open(folder.path, it, Ports(transport = Nowhere)) }.getOrNull() }
        }

    fun press(): Unit =
        thread.execute { runCatching { core?.press(Source.SCREEN) }.getOrNull()?.let { main.post { answered(it) } } }

    fun end() {
        thread.execute(::letGo)
        thread.shutdown()
    }

    private fun letGo() {
        core?.close()
        core = null
        folder.deleteRecursively()
    }

    private object Nowhere : TransportPort {
        override fun begin(transfer: Transfer) = Unit

        override fun networkChanged() = Unit
    }
}
