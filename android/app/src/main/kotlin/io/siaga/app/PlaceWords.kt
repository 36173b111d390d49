package io.siaga.app

import io.siaga.engine.*
import io.siaga.sdk.Readiness
import java.util.Locale
import kotlin.math.roundToInt

private const val PERCENT = 100

/** Where the citizen is, as far as known. */
internal fun Words.position(position: PositionView): String =
    when (position) {
        is PositionView.Unknown -> text(R.string.position_unknown, noFix(position.v1))
        is PositionView.Known -> {
            val place = String.format(Locale.ROOT, "%.5f %.5f", position.lat, position.lon)
            val sentence = if (position.trusted) R.string.position_known else R.string.position_doubted
            text(sentence, place, radius(position.radius), span(position.ageMs), source(position.source))
        }
    }

private fun Words.radius(radius: Radius?): String {
    radius ?: return text(R.string.radius_unknown)
    return text(R.string.radius, radius.m.roundToInt(), (radius.confidence * PERCENT).roundToInt())
}

private fun Words.noFix(why: NoFix): String =
    when (why) {
        NoFix.NOT_ASKED -> text(R.string.no_fix_not_asked)
        NoFix.PERMISSION_DENIED -> text(R.string.no_fix_permission)
        NoFix.LOCATION_OFF -> text(R.string.no_fix_off)
        NoFix.NO_SIGNAL -> text(R.string.no_fix_signal)
    }

private fun Words.source(source: FixSource): String =
    when (source) {
        FixSource.GNSS -> text(R.string.by_gnss)
        FixSource.NETWORK -> text(R.string.by_network)
        FixSource.FUSED -> text(R.string.by_fused)
        FixSource.RECORDING -> text(R.string.by_recording)
        FixSource.MANUAL -> text(R.string.by_hand)
        FixSource.UNKNOWN -> text(R.string.by_unknown)
    }

/** Whether positions may be asked for. */
internal fun Words.location(readiness: Readiness): String {
    val allowed = if (readiness.preciseLocation || !readiness.location) allowed(readiness.location) else text(R.string.coarse)
    return if (readiness.locationOn) allowed else "$allowed. ${text(R.string.location_off)}"
}

/** Whether the citizen allowed something. */
internal fun Words.allowed(allowed: Boolean): String = text(if (allowed) R.string.granted else R.string.denied)
