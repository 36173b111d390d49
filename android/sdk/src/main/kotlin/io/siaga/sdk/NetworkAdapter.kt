package io.siaga.sdk

import android.content.Context
import android.net.ConnectivityManager
import android.net.ConnectivityManager.NetworkCallback
import android.net.Network

/** Says when the default network is another one. Where the phone refuses to say it, the core's own waits remain. */
internal class NetworkAdapter(private val context: Context, private val changed: () -> Unit) : NetworkCallback() {
    private var last: Network? = null

    /** The one that is there already is no news: connections over it are not to be cut. */
    fun start() = attempt { manager().also { last = it.activeNetwork }.registerDefaultNetworkCallback(this) }

    fun stop() = attempt { manager().unregisterNetworkCallback(this) }

    override fun onAvailable(network: Network) {
        if (network != last) changed()
        last = network
    }

    override fun onLost(network: Network) {
        last = null
    }

    private fun manager() = context.service<ConnectivityManager>()
}
