package io.siaga.sdk

import io.siaga.engine.*

internal fun wellFormed(report: Report) =
    report.copy(
        category = wellFormed(report.category),
        text = wellFormed(report.text),
        place = report.place?.let { place -> place.copy(words = place.words?.let(::wellFormed)) },
        agencies = report.agencies.map(::wellFormed),
    )

/** Keeps a report that is not finished: nothing of it leaves the phone before it is submitted. */
public fun SiagaSdk.draft(report: Report, done: (Outcome<IncidentId>) -> Unit = {}): Unit =
    call(done) { it.draft(wellFormed(report)) }

/** What a draft says, for the screen that edits it. */
public fun SiagaSdk.drafted(draft: IncidentId, done: (Outcome<Report>) -> Unit): Unit = call(done) { it.drafted(draft) }

/** A draft says this from now on. */
public fun SiagaSdk.edit(draft: IncidentId, report: Report, done: (Outcome<Unit>) -> Unit = {}): Unit =
    call(done) { it.edit(draft, wellFormed(report)) }

/** Queues a draft as the report that it is now, with its files. */
public fun SiagaSdk.submitDraft(draft: IncidentId, done: (Outcome<IncidentId>) -> Unit = {}): Unit =
    call(done) { it.submitDraft(draft) }

/** Throws a draft away, with our copies of its files. */
public fun SiagaSdk.discard(draft: IncidentId, done: (Outcome<Unit>) -> Unit = {}): Unit = call(done) { it.discard(draft) }

/** Adds words to an incident that was sent. */
public fun SiagaSdk.addNote(incident: IncidentId, text: String, done: (Outcome<Unit>) -> Unit = {}): Unit =
    call(done) { it.addNote(incident, wellFormed(text)) }
