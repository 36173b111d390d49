package io.siaga.app

import io.siaga.engine.*
import java.util.Locale

/** Letters of a draft that tell it from the others. */
private const val BEGINNING = 60

/** A draft, by when it was begun and by its first words. */
internal fun Words.draft(incident: IncidentView, report: Report?): String {
    val begun = text(R.string.draft_begun, span(incident.ageMs))
    val written = report?.text.orEmpty().trim()
    val first = written.lines().first().take(BEGINNING)
    return if (first.isEmpty()) begun else text(R.string.titled, begun, printable(first))
}

/** The place that a report names. */
internal fun Words.place(place: Place): String =
    text(R.string.report_at, String.format(Locale.ROOT, "%.5f %.5f", place.lat, place.lon))

/** Why a report, a draft or a note is not taken. */
internal fun Words.fault(fault: ReportFault): String =
    when (fault) {
        ReportFault.Category -> text(R.string.report_fault_category)
        is ReportFault.TextTooLong -> text(R.string.report_fault_text_too_long, fault.characters.toInt())
        ReportFault.TextMissing -> text(R.string.report_fault_text_missing)
        ReportFault.Place -> text(R.string.report_fault_place)
        ReportFault.Agencies -> text(R.string.report_fault_agencies)
        is ReportFault.TooManyWaiting -> text(R.string.report_fault_too_many_waiting, fault.waiting.toInt())
        is ReportFault.TooManyDrafts -> text(R.string.report_fault_too_many_drafts, fault.most.toInt())
        ReportFault.NoSuchDraft -> text(R.string.report_fault_no_such_draft)
        ReportFault.NoSuchIncident -> text(R.string.report_fault_no_such_incident)
    }
