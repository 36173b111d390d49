package io.siaga.app

import android.app.AlertDialog
import android.graphics.Rect
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import android.view.View
import io.siaga.engine.*
import io.siaga.runtime.SiagaException
import io.siaga.sdk.*

/** How long what was written may be on the screen alone. Each letter for itself would be a commit for each. */
private const val KEPT_WITHIN_MS = 1_000L

/** One draft of a report: what is written is the core's soon after, and at the latest when the screen is left. */
internal class ReportActivity : Screen(R.layout.report) {
    private val fields by lazy { ReportFields(this, words, ::changed) }
    private val main = Handler(Looper.getMainLooper())
    private val soon = Runnable { keep { } }
    private val draft: IncidentId by lazy { given.orEmpty() }
    private var files = emptyList<FileView>()

    /** What the core has of it; null until it was read. */
    private var kept: Report? = null
    private var isFilled = false

    /** It is sent or thrown away, or just being so. */
    private var isOver = false

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        isFilled = state?.getBoolean("filled") ?: false
        on(R.id.files) { open(FilesActivity::class.java, draft) }
        on(R.id.send, ::send)
        on(R.id.keep, ::leave)
        on(R.id.discard, ::askToDiscard)
        FAULTS.forEach { say(it, null) }
        allow(false)
        sdk.drafted(draft, ::begin)
    }

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putBoolean("filled", isFilled)
    }

    override fun onPause() {
        if (isFinishing && kept == Report("", "") && files.isEmpty()) discard { } else keep { }
        super.onPause()
    }

    /** Back is leaving as well: not with words that are nowhere else. */
    @Suppress("DEPRECATION")
    @Deprecated("The way without androidx, up to Android 15")
    override fun onBackPressed() = leave()

    override fun draw(snapshot: Snapshot) {
        files = snapshot.incidents.firstOrNull { it.id == draft }?.files.orEmpty()
        fill(R.id.files_held, files.flatMap(words::file).ifEmpty { listOf(Line(words.text(R.string.files_none))) })
        fields.draw(snapshot.position)
    }

    private fun begin(outcome: Outcome<Report>) {
        say(R.id.answer, words.declined(outcome))
        val report = (outcome as? Outcome.Done)?.value ?: return
        if (isFilled) fields.underlay(report) else fields.fill(report)
        kept = report
        isFilled = true
        allow(true)
    }

    private fun allow(allowed: Boolean) {
        fields.allow(allowed)
        listOf(R.id.files, R.id.send, R.id.discard).forEach { findViewById<View>(it).isEnabled = allowed }
    }

    private fun changed() {
        if (kept != null && !main.hasCallbacks(soon)) main.postDelayed(soon, KEPT_WITHIN_MS)
    }

    /** Gives the core what is written, and goes on when it has it. */
    private fun keep(refused: (Outcome<*>) -> Unit = {}, then: () -> Unit) {
        main.removeCallbacks(soon)
        val written = fields.written()
        if (kept == null || isOver) return then()
        if (written == kept) return tell(Outcome.Done(Unit)).also { then() }
        sdk.edit(draft, written) { outcome ->
            if (outcome is Outcome.Done) kept = written
            tell(outcome)
            if (outcome is Outcome.Done) then() else refused(outcome)
        }
    }

    private fun send() =
        keep(::showFault) {
            if (!isOver) {
                isOver = true
                sdk.submitDraft(draft) { outcome ->
                    isOver = outcome is Outcome.Done
                    tell(outcome)
                    if (isOver) open(TimelineActivity::class.java).also { finish() } else showFault(outcome)
                }
            }
        }

    /** What the core does not take is lost with the screen: only the citizen may say so. */
    private fun leave() =
        keep({ outcome ->
            AlertDialog
                .Builder(this)
                .setMessage(words.declined(outcome))
                .setPositiveButton(R.string.report_leave) { _, _ -> finish() }
                .setNegativeButton(R.string.report_discard_no, null)
                .show()
        }, ::finish)

    private fun askToDiscard() {
        AlertDialog
            .Builder(this)
            .setTitle(R.string.report_discard)
            .setMessage(R.string.report_discard_ask)
            .setPositiveButton(R.string.report_discard) { _, _ -> discard(::finish) }
            .setNegativeButton(R.string.report_discard_no, null)
            .show()
    }

    private fun discard(then: () -> Unit) {
        isOver = true
        sdk.discard(draft) { outcome ->
            isOver = outcome is Outcome.Done
            tell(outcome)
            if (isOver) then()
        }
    }

    /** Each fault stands beside its field, and goes when the core takes what is there now. */
    private fun tell(outcome: Outcome<*>) {
        val field = field(outcome)
        val lasting = R.id.category_fault.takeIf { outcome is Outcome.Done && fields.written().category.isEmpty() }
        FAULTS.filter { it != lasting }.forEach { say(it, words.declined(outcome).takeIf { _ -> it == field }) }
    }

    private fun showFault(outcome: Outcome<*>) {
        val fault = findViewById<View>(field(outcome))
        fault.post { fault.requestRectangleOnScreen(Rect(0, 0, fault.width, fault.height)) }
    }

    private fun field(outcome: Outcome<*>): Int =
        when (((outcome as? Outcome.Declined)?.why as? SiagaException.Report)?.fault) {
            ReportFault.Category -> R.id.category_fault
            is ReportFault.TextTooLong, ReportFault.TextMissing -> R.id.text_fault
            ReportFault.Place -> R.id.place_fault
            ReportFault.Agencies -> R.id.agencies_fault
            is ReportFault.TooManyWaiting, is ReportFault.TooManyDrafts -> R.id.answer
            ReportFault.NoSuchDraft, ReportFault.NoSuchIncident, null -> R.id.answer
        }

    private companion object {
        val FAULTS = listOf(R.id.category_fault, R.id.text_fault, R.id.place_fault, R.id.agencies_fault, R.id.answer)
    }
}
