package io.siaga.app

import io.siaga.engine.*

/** What happened so far, the newest first, each line with its proof; what can be added to; and what still waits. */
internal class TimelineActivity : Screen(R.layout.timeline) {
    override fun draw(snapshot: Snapshot) {
        val incidents = snapshot.incidents.asReversed().flatMap { words.lines(it, snapshot.store) }
        fill(R.id.incidents, incidents.ifEmpty { listOf(Line(words.text(R.string.no_incidents))) })
        val open = snapshot.incidents.asReversed().filter { isOpen(it) && !it.drill }
        val added = { open: IncidentView -> words.text(R.string.note_to, words.title(open), words.span(open.ageMs)) }
        offer(R.id.notes, open.map { added(it) to { open(NoteActivity::class.java, it.id) } })
        val waiting =
            snapshot.waiting.flatMap { lane ->
                listOf(Line(words.waiting(lane))) + listOfNotNull(lane.trouble?.let { Line(words.trouble(it), R.style.Trouble) })
            }
        fill(R.id.waiting, waiting.ifEmpty { listOf(Line(words.text(R.string.nothing_waits))) })
    }
}
