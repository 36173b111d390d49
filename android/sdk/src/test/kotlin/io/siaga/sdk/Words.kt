package io.siaga.sdk

import android.content.Context
import android.content.Intent
import io.siaga.engine.Snapshot

/** A host's notification, with the state in its title. */
internal fun words(context: Context, words: (Snapshot) -> SosText? = { SosText("${it.incidents.lastOrNull()?.state}", "text") }) =
    SosNotification("sos", "Emergency", android.R.drawable.ic_dialog_alert, Intent(context, Context::class.java), words = words)
