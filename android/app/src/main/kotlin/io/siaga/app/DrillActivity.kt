package io.siaga.app

import android.os.Bundle
import io.siaga.engine.Snapshot

/** A drill, from its start to its receipt. */
internal class DrillActivity : Screen(R.layout.drill) {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        on(R.id.start) { sdk.drill(explain(R.id.answer)) }
        on(R.id.cancel) { sdk.cancel(done = explain(R.id.answer)) }
        say(R.id.answer, null)
    }

    override fun draw(snapshot: Snapshot) {
        val drill = snapshot.incidents.lastOrNull { it.drill }
        val lines = drill?.let { words.lines(it, snapshot.store) } ?: listOf(Line(words.text(R.string.drill_none)))
        fill(R.id.incidents, lines)
        show(R.id.cancel, drill != null && isOpen(drill))
    }
}
