package io.siaga.app

import android.app.AlertDialog
import android.content.ActivityNotFoundException
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.provider.MediaStore
import io.siaga.Siaga
import io.siaga.engine.*
import io.siaga.sdk.*
import java.io.File

/** Photos, videos and sound of an open incident or a draft: made and chosen with the phone's own apps, without a permission. */
internal class FilesActivity : Screen(R.layout.files) {
    private val captures by lazy { Captures(this) }
    private val taking = mutableSetOf<File>()
    private var open: IncidentId? = null
    private var decidable = emptyList<FileView>()

    /** What the other app was opened for, and where it writes: phones end this process while a camera is in front. */
    private var asked: IncidentId? = null
    private var captured: String? = null

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        asked = state?.getString("asked")
        captured = state?.getString("captured")
        on(R.id.photo) { capture(MediaStore.ACTION_IMAGE_CAPTURE, "photo", "jpg") }
        on(R.id.video) { capture(MediaStore.ACTION_VIDEO_CAPTURE, "video", "mp4") }
        on(R.id.sound) { ask(Intent(MediaStore.Audio.Media.RECORD_SOUND_ACTION)) }
        on(R.id.choose) {
            val choose = Intent(Intent.ACTION_OPEN_DOCUMENT).addCategory(Intent.CATEGORY_OPENABLE).setType("*/*")
            choose.putExtra(Intent.EXTRA_MIME_TYPES, arrayOf("image/*", "video/*", "audio/*"))
            ask(choose.putExtra(Intent.EXTRA_ALLOW_MULTIPLE, true))
        }
        on(R.id.decide) { choose(decidable.map { printable(it.name) }) { decide(decidable[it]) } }
        on(R.id.left) { open?.let { incident -> left().forEach { take(incident, it) } } }
        say(R.id.answer, null)
    }

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putString("asked", asked)
        state.putString("captured", captured)
    }

    override fun draw(snapshot: Snapshot) {
        val incident = snapshot.incidents.firstOrNull { it.id == given && (isOpen(it) || it.state == IncidentState.DRAFT) }
        open = incident?.id
        val lines = incident?.let { listOf(Line(words.title(it), R.style.Headline)) + words.files(it) }.orEmpty()
        val none = if (incident == null) R.string.files_closed else R.string.files_none
        fill(R.id.files, lines + listOf(Line(words.text(none))).filter { incident?.files.isNullOrEmpty() })
        decidable = incident?.files.orEmpty().filter { decisions(it).isNotEmpty() }
        show(R.id.decide, decidable.isNotEmpty())
        listOf(R.id.photo, R.id.video, R.id.sound, R.id.choose).forEach { show(it, incident != null) }
        showLeft()
    }

    /** What the citizen may decide of a file, by the words of it. */
    private fun decisions(file: FileView): List<Pair<Int, (Siaga) -> Unit>> {
        val pause = R.string.file_pause to { siaga: Siaga -> siaga.pauseFile(file.id) }
        val withdraw = R.string.file_withdraw to { siaga: Siaga -> siaga.withdrawFile(file.id) }
        return when (file.state) {
            FileState.Waiting -> listOf(pause, withdraw)
            FileState.Paused -> listOf(R.string.file_resume to { it.resumeFile(file.id) }, withdraw)
            FileState.Metered -> listOf(R.string.file_any_network to { it.allowAnyNetwork(file.id) }, pause, withdraw)
            FileState.Held, FileState.Unproven, FileState.Refused -> listOf(withdraw)
            FileState.Copying, is FileState.Lost, is FileState.Confirmed, FileState.Withdrawn -> emptyList()
        }
    }

    private fun decide(file: FileView) {
        val decisions = decisions(file)
        choose(decisions.map { words.text(it.first) }) { at -> sdk.call(explain(R.id.answer), decisions[at].second) }
    }

    private fun choose(items: List<String>, chosen: (Int) -> Unit) {
        AlertDialog.Builder(this).setItems(items.toTypedArray()) { _, at -> chosen(at) }.show()
    }

    private fun showLeft() =
        say(R.id.left, left().size.takeIf { open != null && it > 0 }?.let { words.text(R.string.add_left, it) })

    /** But for what the camera may still write, and what is being taken. */
    private fun left() = captures.left().filter { it.name != captured && it !in taking }

    private fun capture(action: String, name: String, end: String) {
        val file = captures.begin(name, end)
        captured = file.name
        val intent = Intent(action).putExtra(MediaStore.EXTRA_OUTPUT, captures.address(file))
        ask(intent.addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION or Intent.FLAG_GRANT_WRITE_URI_PERMISSION))
    }

    private fun ask(intent: Intent) {
        asked = open
        try {
            say(R.id.answer, null)
            startActivityForResult(intent, 0)
        } catch (_: ActivityNotFoundException) {
            captured?.let(captures::named)?.delete()
            say(R.id.answer, words.text(R.string.add_no_app))
        }
    }

    override fun onActivityResult(code: Int, result: Int, data: Intent?) {
        super.onActivityResult(code, result, data)
        val file = captured?.let(captures::named)
        captured = null
        val incident = asked ?: return
        if (file != null && result == RESULT_OK && file.length() > 0) return take(incident, file)
        file?.delete()
        // Some cameras write where they like, and say where. At once: the permission for it may end with this screen.
        if (result == RESULT_OK) chosen(data).forEach { sdk.attach(incident, it, ::complain) }
    }

    /** What went well is in the list, and hides no fault of another file. */
    private fun complain(outcome: Outcome<FileId>) {
        words.declined(outcome)?.let { say(R.id.answer, it) }
    }

    private fun chosen(data: Intent?): List<Uri> {
        val many = data?.clipData?.let { clip -> (0 until clip.itemCount).mapNotNull { clip.getItemAt(it).uri } }.orEmpty()
        return many.ifEmpty { listOfNotNull(data?.data) }
    }

    /** Takes what the camera wrote. It stays until there is a copy of it: it is there nowhere else. */
    private fun take(incident: IncidentId, file: File) {
        if (!taking.add(file)) return
        sdk.attach(incident, file) { outcome ->
            if (outcome is Outcome.Done) file.delete()
            taking.remove(file)
            complain(outcome)
            showLeft()
        }
    }
}
