package io.siaga.app

import io.siaga.engine.*

/** All that is known of an incident, as lines. */
internal fun Words.lines(incident: IncidentView, store: StoreHealth): List<Line> =
    buildList {
        add(Line(headline(incident, store), look(incident)))
        val began = text(R.string.began, span(incident.ageMs))
        val isPressed = incident.kind != Kind.REPORT && !incident.drill
        add(Line(if (!isPressed) began else "${text(R.string.presses, incident.presses.toInt())}, $began", R.style.Quiet))
        incident.timeline.forEach { add(Line(entry(it))) }
        addAll(files(incident))
        incident.trouble?.let { add(Line(trouble(it), R.style.Trouble)) }
        if (incident.timelineGap) add(Line(text(R.string.timeline_gap), R.style.Trouble))
        if (incident.clockClamped) add(Line(text(R.string.clock_clamped), R.style.Trouble))
        if (incident.pending > 0u) add(Line(text(R.string.pending, incident.pending.toInt()), R.style.Quiet))
    }

/** How an incident's headline looks: alarming only while nobody has signed for a real one. */
internal fun look(incident: IncidentView): Int =
    when (incident.state) {
        IncidentState.RECORDED -> if (incident.drill) R.style.Headline else R.style.Headline_Alarm
        IncidentState.ACTIVE, IncidentState.DRILL_DONE, IncidentState.CLOSED_BY_CENTRE -> R.style.Headline_Calm
        IncidentState.DRAFT, IncidentState.CANCELLED, IncidentState.CLOSED_BY_AGE, IncidentState.ENDED_BY_SOS -> R.style.Headline
    }

/** The newest SOS or drill. A report is no emergency, and takes the place of none. */
internal fun emergency(snapshot: Snapshot): IncidentView? = snapshot.incidents.lastOrNull { it.kind != Kind.REPORT }

/** Whether there is something to call off. */
internal fun isOpen(incident: IncidentView): Boolean =
    when (incident.state) {
        IncidentState.RECORDED, IncidentState.ACTIVE -> true
        IncidentState.CANCELLED, IncidentState.CLOSED_BY_CENTRE, IncidentState.CLOSED_BY_AGE -> false
        IncidentState.DRAFT, IncidentState.DRILL_DONE, IncidentState.ENDED_BY_SOS -> false
    }
