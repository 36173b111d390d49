package io.siaga.sdk

import android.os.Build.VERSION.SDK_INT
import android.os.Build.VERSION_CODES.R
import android.view.HapticFeedbackConstants
import android.view.View

/** How a press is felt. A phone that buzzes can give away who calls for help (F79). By views: that takes no permission. */
public enum class Haptics {
    /** Not at all. */
    NONE,

    /** As faint as the phone can. */
    FAINT,

    /** A click for each press, a strong one when it made an SOS. */
    NORMAL,
    ;

    /** A touch says nothing about the SOS, for nothing is recorded yet; a trigger says that it is. */
    internal fun feel(view: View, isTrigger: Boolean) {
        val strong = if (SDK_INT >= R) HapticFeedbackConstants.CONFIRM else HapticFeedbackConstants.LONG_PRESS
        val normal = if (isTrigger) strong else HapticFeedbackConstants.VIRTUAL_KEY
        if (this != NONE) view.performHapticFeedback(if (this == FAINT) HapticFeedbackConstants.CLOCK_TICK else normal)
    }
}
