package io.siaga.app

import android.content.Context
import io.siaga.sdk.Haptics
import org.json.JSONException
import org.json.JSONObject

/** What the citizen chose, and the agency's configuration: kept by the app. What the core keeps is the core's. */
internal class Choices(private val context: Context) {
    private val kept = context.getSharedPreferences("choices", Context.MODE_PRIVATE)

    /** The agency's JSON document: pasted, or brought by the app as `assets/siaga.json`; null for none. */
    var agency: String?
        get() = kept.getString("agency", null) ?: brought()
        set(value) = kept.edit().putString("agency", value).apply()

    var haptics: Haptics
        get() = Haptics.entries.firstOrNull { it.name == kept.getString("haptics", null) } ?: Haptics.NORMAL
        set(value) = kept.edit().putString("haptics", value.name).apply()

    var volumeKeys: Boolean
        get() = kept.getBoolean("volume_keys", true)
        set(value) = kept.edit().putBoolean("volume_keys", value).apply()

    /** The citizen's own value for a field of the configuration's `press`, milliseconds; 0 leaves it to the agency. */
    fun own(field: String): Int = kept.getInt(field, 0)

    fun keep(field: String, ms: Int) = kept.edit().putInt(field, ms).apply()

    /** The agency's document with the citizen's own way of pressing. Whether it can be used the core says. */
    fun config(): String? {
        val agency = agency ?: return null
        val own = listOf("window_ms", "debounce_ms").filter { own(it) > 0 }
        return try {
            val document = JSONObject(agency)
            val press = document.optJSONObject("press") ?: JSONObject()
            own.forEach { press.put(it, own(it)) }
            if (own.isEmpty()) agency else document.put("press", press).toString()
        } catch (_: JSONException) {
            agency
        }
    }

    private fun brought(): String? {
        if ("siaga.json" !in context.assets.list("").orEmpty()) return null
        return context.assets.open("siaga.json").use { it.readBytes().decodeToString() }
    }
}
