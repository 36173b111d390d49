package io.siaga.app

import android.content.Context
import android.text.SpannableString
import android.text.Spanned
import android.text.style.RelativeSizeSpan
import android.util.AttributeSet
import android.view.MotionEvent
import android.widget.Button
import io.siaga.engine.ButtonView

/**
 * The big button. Every touch is in its next frame: as "touched" until the core has answered, as counted from then on. What a
 * touch does is not its business.
 */
internal class BigButton(context: Context, attributes: AttributeSet) : Button(context, attributes) {
    private var counted: ButtonView? = null
    private var raisedTo = 0u
    private var touched = 0

    init {
        tell()
    }

    /** The core has answered one touch. */
    fun answered() {
        touched = maxOf(0, touched - 1)
        tell()
    }

    /** Shows what the core has: its count, or how often an open SOS was pressed so far; 0 when none is open. */
    fun show(button: ButtonView, raisedTo: UInt) {
        counted = button
        this.raisedTo = raisedTo
        tell()
    }

    override fun dispatchTouchEvent(event: MotionEvent): Boolean {
        if (event.actionMasked in setOf(MotionEvent.ACTION_DOWN, MotionEvent.ACTION_POINTER_DOWN)) touch()
        return super.dispatchTouchEvent(event)
    }

    /** How a screen reader and a keyboard press. */
    override fun performClick(): Boolean {
        touch()
        return super.performClick()
    }

    private fun touch() {
        touched += 1
        tell()
    }

    private fun tell() {
        val sos = resources.getString(R.string.sos)
        val count = count()
        val both = SpannableString("$sos\n$count")
        both.setSpan(RelativeSizeSpan(COUNT), sos.length, both.length, Spanned.SPAN_EXCLUSIVE_EXCLUSIVE)
        text = both
        contentDescription = "${resources.getString(R.string.button_label)}, $count"
    }

    private fun count(): String {
        val (presses, needed) = counted ?: ButtonView(0u, 0u, 0u)
        return when {
            touched > 0 -> resources.getString(R.string.button_touched, touched)
            presses > 0u -> resources.getString(R.string.button_counted, presses.toInt(), needed.toInt())
            raisedTo > 0u -> resources.getString(R.string.button_raised, raisedTo.toInt())
            needed > 0u -> resources.getString(R.string.button_press, needed.toInt())
            else -> ""
        }
    }

    private companion object {
        /** Of the letters above it. */
        const val COUNT = 0.36f
    }
}
