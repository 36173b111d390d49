package io.siaga.app

import android.content.res.Resources
import io.siaga.engine.*
import java.text.DateFormat
import java.util.Date
import java.util.concurrent.TimeUnit

/** State → words, one for one. No word claims more than the state proves (INV-7). */
internal class Words(private val resources: Resources) {
    fun title(incident: IncidentView): String =
        when (incident.kind) {
            Kind.REPORT -> text(R.string.title_report)
            Kind.SOS, Kind.ESCALATION, Kind.FIX, Kind.CANCEL, Kind.MANIFEST, Kind.PREVIEW, Kind.FILE, Kind.NOTE ->
                text(if (incident.drill) R.string.title_drill else R.string.sos)
        }

    /** What an incident is, and how far it has come. */
    fun headline(incident: IncidentView, store: StoreHealth): String =
        text(R.string.titled, title(incident), state(incident, store))

    private fun state(incident: IncidentView, store: StoreHealth): String =
        when (incident.state) {
            IncidentState.DRAFT -> text(R.string.state_draft)
            IncidentState.RECORDED -> recorded(store)
            IncidentState.ACTIVE -> text(furthest(incident.timeline))
            IncidentState.CANCELLED ->
                text(if (incident.pending > 0u) R.string.state_cancelled_pending else R.string.state_cancelled)
            IncidentState.CLOSED_BY_CENTRE -> text(R.string.state_closed_by_centre)
            IncidentState.CLOSED_BY_AGE -> text(R.string.state_closed_by_age)
            IncidentState.DRILL_DONE -> text(R.string.state_drill_done)
            IncidentState.ENDED_BY_SOS -> text(R.string.state_ended_by_sos)
        }

    private fun recorded(store: StoreHealth): String =
        when (store) {
            StoreHealth.DURABLE, StoreHealth.SALVAGING -> text(R.string.state_recorded)
            StoreHealth.IN_MEMORY_ONLY -> text(R.string.state_in_memory)
        }

    /** The furthest signed step of those that everybody knows. */
    private fun furthest(timeline: List<TimelineEntry>): Int {
        val signed = timeline.filter { it.proof == Proof.SIGNED }.mapNotNull { (it.what as? Happening.Step)?.step }
        return when {
            "on_scene" in signed -> R.string.state_on_scene
            "assigned" in signed -> R.string.state_assigned
            "opened" in signed -> R.string.state_opened
            else -> R.string.state_active
        }
    }

    /** One line of a timeline: when, what, and why that may be believed. */
    fun entry(entry: TimelineEntry): String {
        val time = DateFormat.getTimeInstance(DateFormat.MEDIUM, resources.configuration.locales[0]).format(Date(entry.atWallMs))
        return text(R.string.entry, time, happening(entry.what), proof(entry.proof))
    }

    private fun happening(what: Happening): String =
        when (what) {
            Happening.Recorded -> text(R.string.happened_recorded)
            Happening.LeftThePhone -> text(R.string.happened_left)
            Happening.CentreHasIt -> text(R.string.happened_centre_has_it)
            is Happening.Step -> what.note?.let { text(R.string.step_with_note, step(what.step), printable(it)) }
                ?: step(what.step)
        }

    /** A later centre may have steps of its own: then its own word. */
    private fun step(step: String): String =
        when (step) {
            "received" -> text(R.string.step_received)
            "opened" -> text(R.string.step_opened)
            "assigned" -> text(R.string.step_assigned)
            "on_scene" -> text(R.string.step_on_scene)
            "closed" -> text(R.string.step_closed)
            else -> printable(step)
        }

    private fun proof(proof: Proof): String =
        when (proof) {
            Proof.OWN_RECORD -> text(R.string.proof_own)
            Proof.SIGNED -> text(R.string.proof_signed)
        }

    fun store(health: StoreHealth): String =
        when (health) {
            StoreHealth.DURABLE -> text(R.string.store_durable)
            StoreHealth.IN_MEMORY_ONLY -> text(R.string.store_in_memory)
            StoreHealth.SALVAGING -> text(R.string.store_salvaging)
        }

    /** Why a press did not count; nothing when it did, because the button shows that. */
    fun notCounted(answer: PressAnswer): String? =
        when (answer) {
            is PressAnswer.Counted, is PressAnswer.Triggered, is PressAnswer.Escalated -> null
            PressAnswer.TooSoon -> text(R.string.press_too_soon)
            PressAnswer.SourceOff -> text(R.string.press_source_off)
        }

    /** What a press would have done. */
    fun practised(answer: PressAnswer): String =
        when (answer) {
            is PressAnswer.Counted -> text(R.string.setup_counted, answer.presses.toInt(), answer.needed.toInt())
            is PressAnswer.Triggered, is PressAnswer.Escalated -> text(R.string.setup_sos)
            PressAnswer.TooSoon, PressAnswer.SourceOff -> notCounted(answer).orEmpty()
        }

    /** What the centre offers, and why nothing is known of it. */
    fun offers(offers: List<String>?): String =
        when {
            offers == null -> text(R.string.offers_unknown)
            offers.isEmpty() -> text(R.string.offers_nothing)
            else -> text(R.string.offers, offers.joinToString(transform = ::printable))
        }

    fun span(ms: ULong): String =
        with(TimeUnit.MILLISECONDS) {
            val span = ms.toLong()
            when {
                toSeconds(span) < 1 -> text(R.string.under_a_second)
                toMinutes(span) < 2 -> text(R.string.seconds, toSeconds(span))
                toHours(span) < 2 -> text(R.string.minutes, toMinutes(span))
                toDays(span) < 2 -> text(R.string.hours, toHours(span))
                else -> text(R.string.days, toDays(span))
            }
        }

    fun text(id: Int, vararg values: Any): String = resources.getString(id, *values)
}

/** Text that came over the network, without what would move the cursor or turn the line around. */
internal fun printable(text: String): String =
    text.map { if (it.isISOControl() || Character.getType(it) == Character.FORMAT.toInt()) '\uFFFD' else it }.joinToString("")
