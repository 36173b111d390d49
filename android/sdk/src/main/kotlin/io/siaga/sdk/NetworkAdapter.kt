package io.siaga.sdk

import android.content.Context
import android.net.ConnectivityManager
import android.net.ConnectivityManager.NetworkCallback
import android.net.Network
import android.net.NetworkCapabilities
import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_METERED

/**
 * Says when the default network is another one, and whether it is metered. Where the phone refuses to say it, the core's own
 * waits remain, and no file waits for another network.
 */
internal class NetworkAdapter(
    private val context: Context,
    private val changed: () -> Unit,
    private val metered: (Boolean) -> Unit,
) : NetworkCallback() {
    private var last: Network? = null

    @Volatile
    private var isMetered: Boolean? = null

    /** The one that is there already is no news: connections over it are not to be cut. */
    fun start() =
        attempt {
            val manager = manager().also { last = it.activeNetwork }
            manager.getNetworkCapabilities(last)?.let(::weigh)
            manager.registerDefaultNetworkCallback(this)
        }

    fun stop() = attempt { manager().unregisterNetworkCallback(this) }

    /** Says once more whether it is metered, to a core that was opened since. */
    fun repeat() {
        isMetered?.let(metered)
    }

    override fun onAvailable(network: Network) {
        if (network != last) changed()
        last = network
    }

    override fun onLost(network: Network) {
        last = null
    }

    override fun onCapabilitiesChanged(network: Network, capabilities: NetworkCapabilities) = weigh(capabilities)

    private fun weigh(capabilities: NetworkCapabilities) {
        val now = !capabilities.hasCapability(NET_CAPABILITY_NOT_METERED)
        val before = isMetered
        isMetered = now
        if (now != before) metered(now)
    }

    private fun manager() = context.service<ConnectivityManager>()
}
