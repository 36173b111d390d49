package io.siaga.sdk

import android.content.ContextWrapper
import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowNetwork
import org.robolectric.shadows.ShadowNetworkCapabilities

/** Which events of the network are news to the core. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34, 35])
class NetworkAdapterTest {
    private val app = RuntimeEnvironment.getApplication()
    private val manager = app.getSystemService(ConnectivityManager::class.java)
    private var news = 0
    private val told = mutableListOf<Boolean>()
    private val adapter = NetworkAdapter(app, { news += 1 }, told::add)

    @Test
    fun the_network_that_is_there_already_is_no_news_and_another_one_is() {
        val wifi = checkNotNull(manager.activeNetwork)
        adapter.start()
        adapter.onAvailable(wifi)
        assertEquals(0, news)
        adapter.onAvailable(ShadowNetwork.newInstance(99))
        assertEquals(1, news)
    }

    @Test
    fun a_network_after_none_is_news_also_when_it_is_the_same() {
        val wifi = checkNotNull(manager.activeNetwork)
        adapter.start()
        adapter.onLost(wifi)
        assertEquals(0, news)
        adapter.onAvailable(wifi)
        assertEquals(1, news)
    }

    @Test
    fun a_network_is_weighed_at_the_start_at_each_change_and_for_a_core_that_was_opened_since() {
        val wifi = checkNotNull(manager.activeNetwork)
        shadowOf(manager).setNetworkCapabilities(wifi, capabilities(metered = false))
        adapter.start()
        assertEquals(listOf(false), told)
        adapter.onCapabilitiesChanged(wifi, capabilities(metered = false))
        adapter.onCapabilitiesChanged(wifi, capabilities(metered = true))
        assertEquals(listOf(false, true), told)
        adapter.repeat()
        assertEquals(listOf(false, true, true), told)
        assertEquals("it is the same network", 0, news)
    }

    private fun capabilities(metered: Boolean): NetworkCapabilities =
        ShadowNetworkCapabilities.newInstance().also {
            if (!metered) shadowOf(it).addCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED)
        }

    @Test
    fun stopping_ends_it() {
        adapter.start()
        assertTrue(adapter in shadowOf(manager).networkCallbacks)
        adapter.stop()
        assertTrue(shadowOf(manager).networkCallbacks.isEmpty())
        adapter.stop()
    }

    @Test
    fun a_phone_that_refuses_stops_nothing() {
        val refusing =
            object : ContextWrapper(app) {
                override fun getSystemService(name: String): Any? = throw SecurityException(name)
            }
        NetworkAdapter(refusing, { news += 1 }, told::add).apply {
            start()
            repeat()
            stop()
        }
        assertEquals(0 to emptyList<Boolean>(), news to told)
    }
}
