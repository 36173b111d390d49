package io.siaga.app

import android.text.Editable
import android.text.TextWatcher
import android.view.View
import android.view.ViewGroup
import android.widget.CheckBox
import android.widget.EditText
import android.widget.RadioGroup
import android.widget.TextView
import io.siaga.engine.*

/** The widest circle and the narrowest that a report takes, metres. */
private val RADIUS_M = 1.0..100_000.0

/** What stands in the fields of a report, and what is known of it beside them. */
internal class ReportFields(private val screen: ReportActivity, private val words: Words, changed: () -> Unit) {
    private val category = view<RadioGroup>(R.id.category)
    private val text = view<EditText>(R.id.text)
    private val here = view<CheckBox>(R.id.here)
    private val placeWords = view<EditText>(R.id.place_words)
    private val subject = view<RadioGroup>(R.id.subject)
    private val agencies = children(view(R.id.agencies)).map { it as CheckBox }

    /** What no field shows stays as it was. */
    private var read = Report("", "")
    private var position: PositionView = PositionView.Unknown(NoFix.NOT_ASKED)
    private var place: Place? = null

    init {
        val watch = Watch(changed)
        listOf(text, placeWords).forEach { it.addTextChangedListener(watch) }
        listOf(category, subject).forEach { group -> group.setOnCheckedChangeListener { _, _ -> changed() } }
        agencies.forEach { agency -> agency.setOnCheckedChangeListener { _, _ -> changed() } }
        here.setOnCheckedChangeListener { _, isHere ->
            place = if (isHere) standing() else null
            showPlace()
            changed()
        }
        allow(false)
    }

    /** Whether something can be written. Not before it is known what is there already. */
    fun allow(allowed: Boolean) {
        (children(category) + children(subject) + agencies + listOf(text, here, placeWords)).forEach { it.isEnabled = allowed }
    }

    /** What the draft says. */
    fun fill(report: Report) {
        check(category, report.category)
        text.setText(report.text)
        here.isChecked = report.place != null
        placeWords.setText(report.place?.words)
        check(subject, (report.subject ?: Subject.ME).name)
        agencies.forEach { it.isChecked = it.tag in report.agencies }
        underlay(report)
    }

    /** The system has put back what stood in the fields: it may be newer than what the draft says. */
    fun underlay(report: Report) {
        read = report
        if (here.isChecked) place = report.place ?: place
        showPlace()
    }

    /** What is written now. Not stated whom it concerns, it is the citizen. */
    fun written(): Report =
        read.copy(
            category = checked(category) ?: read.category,
            text = text.text.toString(),
            place = place?.copy(words = placeWords.text.toString().ifBlank { null }),
            subject = Subject.entries.firstOrNull { it.name == checked(subject) && it != Subject.ME },
            agencies = read.agencies - words(agencies) + words(agencies.filter { it.isChecked }),
        )

    /** Where the phone is: the place, if the citizen says so. */
    fun draw(position: PositionView) {
        this.position = position
        if (here.isChecked && place == null) place = standing()
        showPlace()
    }

    private fun standing(): Place? {
        val known = (position as? PositionView.Known)?.takeIf { it.trusted } ?: return null
        return Place(known.lat, known.lon, known.radius?.let { it.m.coerceIn(RADIUS_M).toUInt() })
    }

    private fun showPlace() {
        view<TextView>(R.id.position).text = place?.let(words::place) ?: words.position(position)
        val shown = { shown: Boolean -> if (shown) View.VISIBLE else View.GONE }
        here.visibility = shown(here.isChecked || standing() != null)
        listOf(R.id.place_words_label, R.id.place_words).forEach { view<View>(it).visibility = shown(here.isChecked) }
    }

    private fun children(group: ViewGroup) = (0 until group.childCount).map(group::getChildAt)

    private fun words(choices: List<View>) = choices.map { it.tag.toString() }

    private fun check(group: RadioGroup, word: String) =
        group.check(children(group).firstOrNull { it.tag == word }?.id ?: View.NO_ID)

    private fun checked(group: RadioGroup) = children(group).firstOrNull { it.id == group.checkedRadioButtonId }?.tag?.toString()

    private fun <T : View> view(id: Int): T = screen.findViewById(id)
}

/** Hears of each letter. */
private class Watch(private val changed: () -> Unit) : TextWatcher {
    override fun beforeTextChanged(text: CharSequence, start: Int, count: Int, after: Int) = Unit

    override fun onTextChanged(text: CharSequence, start: Int, before: Int, count: Int) = Unit

    override fun afterTextChanged(text: Editable) = changed()
}
