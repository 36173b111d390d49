package io.siaga.app

import android.os.Bundle
import io.siaga.engine.*
import io.siaga.sdk.*

/** Where a report is begun, and the drafts of those that are not sent. */
internal class ReportsActivity : Screen(R.layout.reports) {
    private var drafts = emptyList<IncidentView>()

    /** What each of them says, as far as it was read. */
    private val read = mutableMapOf<IncidentId, Report>()

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        on(R.id.write) {
            sdk.draft(Report("", "")) { outcome ->
                say(R.id.answer, words.declined(outcome))
                if (outcome is Outcome.Done) open(ReportActivity::class.java, outcome.value)
            }
        }
        on(R.id.timeline) { open(TimelineActivity::class.java) }
        say(R.id.answer, null)
    }

    override fun draw(snapshot: Snapshot) {
        drafts = snapshot.incidents.filter { it.state == IncidentState.DRAFT }
        list()
        drafts.forEach { draft ->
            sdk.drafted(draft.id) { outcome ->
                if (outcome is Outcome.Done) read[draft.id] = outcome.value
                list()
            }
        }
    }

    private fun list() {
        show(R.id.none, drafts.isEmpty())
        offer(R.id.drafts, drafts.map { words.draft(it, read[it.id]) to { open(ReportActivity::class.java, it.id) } })
    }
}
