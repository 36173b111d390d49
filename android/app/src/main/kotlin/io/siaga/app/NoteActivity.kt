package io.siaga.app

import android.os.Bundle
import android.widget.EditText
import io.siaga.engine.*
import io.siaga.sdk.*

/** Words and files that are added to an incident that was sent. */
internal class NoteActivity : Screen(R.layout.note) {
    private val incident: IncidentId by lazy { given.orEmpty() }

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        on(R.id.send, ::send)
        on(R.id.files) { open(FilesActivity::class.java, incident) }
        say(R.id.answer, null)
    }

    override fun draw(snapshot: Snapshot) {
        val incident = snapshot.incidents.firstOrNull { it.id == incident }
        fill(R.id.incidents, incident?.let { words.lines(it, snapshot.store) }.orEmpty())
        show(R.id.files, incident != null && isOpen(incident))
    }

    /** The words stay in their field until the core has them. */
    private fun send() {
        val field = findViewById<EditText>(R.id.text)
        sdk.addNote(incident, field.text.toString()) { outcome ->
            say(R.id.answer, words.declined(outcome))
            if (outcome is Outcome.Done) finish()
        }
    }
}
