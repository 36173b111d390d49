package io.siaga.app

import android.app.Activity
import android.content.Intent
import android.os.Bundle
import android.view.View
import android.widget.Button
import android.widget.LinearLayout
import android.widget.TextView
import io.siaga.engine.*
import io.siaga.sdk.*

/** A screen that draws the snapshot while it is in front, and has nothing else to say. */
internal abstract class Screen(private val layout: Int) : Activity() {
    private var observation: Observation? = null

    protected val words: Words by lazy { Words(resources) }

    protected val choices: Choices by lazy { (application as SiagaApp).choices }

    protected val sdk: SiagaSdk get() = (application as SiagaApp).sdk()

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        setContentView(layout)
    }

    override fun onStart() {
        super.onStart()
        observation = sdk.observe(::draw)
    }

    override fun onStop() {
        observation?.close()
        super.onStop()
    }

    abstract fun draw(snapshot: Snapshot)

    protected fun on(id: Int, action: () -> Unit) = findViewById<View>(id).setOnClickListener { action() }

    protected fun say(id: Int, sentence: String?) {
        val view = findViewById<TextView>(id)
        view.visibility = if (sentence == null) View.GONE else View.VISIBLE
        // The same again would be read aloud again.
        if (sentence != null && view.text.toString() != sentence) view.text = sentence
    }

    protected fun <T> explain(id: Int): (Outcome<T>) -> Unit = { outcome -> say(id, words.declined(outcome)) }

    protected fun look(id: Int, style: Int) = findViewById<TextView>(id).setTextAppearance(style)

    protected fun show(id: Int, shown: Boolean) {
        findViewById<View>(id).visibility = if (shown) View.VISIBLE else View.GONE
    }

    /** The incident that this screen was opened for. */
    protected val given: IncidentId? get() = intent.getStringExtra(INCIDENT)

    protected fun open(screen: Class<out Screen>, incident: IncidentId? = null) =
        startActivity(Intent(this, screen).putExtra(INCIDENT, incident))

    /** Shows lines, one view each. Views stay while their lines do, so that a screen reader does not lose its place. */
    protected fun fill(id: Int, lines: List<Line>) {
        val column = findViewById<LinearLayout>(id)
        lines.forEachIndexed { at, line ->
            val view = column.getChildAt(at) as? TextView ?: TextView(this, null, 0, R.style.Text).also(column::addView)
            view.setTextAppearance(line.style)
            if (view.text.toString() != line.text) view.text = line.text
        }
        if (column.childCount > lines.size) column.removeViews(lines.size, column.childCount - lines.size)
    }

    /** Shows choices, one button each, and keeps the buttons as lines are kept. */
    protected fun offer(id: Int, choices: List<Pair<String, () -> Unit>>) {
        val column = findViewById<LinearLayout>(id)
        while (column.childCount > choices.size) column.removeViewAt(column.childCount - 1)
        while (column.childCount < choices.size) layoutInflater.inflate(R.layout.choice, column)
        choices.forEachIndexed { at, (words, chosen) ->
            val button = column.getChildAt(at) as Button
            if (button.text.toString() != words) button.text = words
            button.setOnClickListener { chosen() }
        }
    }

    companion object {
        /** What an intent carries: the incident that a screen is opened for. */
        const val INCIDENT = "incident"
    }
}

/** One line on a screen: what it says, and the number of the style in which it looks so. */
internal data class Line(val text: String, val style: Int = R.style.Text)
