package io.siaga.app

import io.siaga.engine.*

private const val KB = 1_000uL
private const val MB = 1_000_000uL
private const val TENTH_MB = 100_000uL

/** A file, how far it has come, and nothing that is not proven; and what its upload ran into. */
internal fun Words.file(file: FileView): List<Line> =
    listOf(Line(text(R.string.titled, printable(file.name), state(file)))) +
        listOfNotNull(file.trouble?.let { Line(trouble(it), R.style.Trouble) })

/** The files of an incident, and how far several of them have come together. */
internal fun Words.files(incident: IncidentView): List<Line> {
    val all = incident.upload
    val sum = text(R.string.files_sum, all.confirmed.toInt(), all.files.toInt(), size(all.sent), size(all.bytes))
    return incident.files.flatMap(::file) + listOfNotNull(Line(sum, R.style.Quiet).takeIf { all.files > 1u })
}

private fun Words.state(file: FileView): String =
    when (val state = file.state) {
        FileState.Copying -> text(R.string.file_copying)
        is FileState.Lost -> text(R.string.file_lost, fault(state.fault))
        FileState.Held -> text(R.string.file_held)
        FileState.Waiting -> text(R.string.file_waiting, size(file.sent), size(file.bytes))
        FileState.Paused -> text(R.string.file_paused, size(file.sent), size(file.bytes))
        FileState.Metered -> text(R.string.file_metered, size(file.sent), size(file.bytes))
        is FileState.Confirmed -> text(R.string.file_confirmed, size(file.bytes))
        FileState.Unproven -> text(R.string.file_unproven)
        FileState.Refused -> text(R.string.file_refused)
        FileState.Withdrawn -> text(R.string.file_withdrawn)
    }

/** Why a file is not taken. */
internal fun Words.fault(fault: AttachFault): String =
    when (fault) {
        AttachFault.NoSuchIncident -> text(R.string.attach_no_such_incident)
        AttachFault.NoSuchFile -> text(R.string.attach_no_such_file)
        AttachFault.AlreadyConfirmed -> text(R.string.attach_already_confirmed)
        is AttachFault.TooManyFiles -> text(R.string.attach_too_many_files, fault.most.toInt())
        is AttachFault.TooManyWaiting -> text(R.string.attach_too_many_waiting, fault.most.toInt())
        AttachFault.Empty -> text(R.string.attach_empty)
        is AttachFault.TooLarge -> text(R.string.attach_too_large, size(fault.mostBytes))
        is AttachFault.TooMuchWaiting -> text(R.string.attach_too_much_waiting, size(fault.mostBytes))
        AttachFault.UnknownType -> text(R.string.attach_unknown_type)
        AttachFault.NotAFile -> text(R.string.attach_not_a_file)
        AttachFault.Unreadable -> text(R.string.attach_unreadable)
        AttachFault.Changed -> text(R.string.attach_changed)
        AttachFault.DiskFull -> text(R.string.attach_disk_full)
        AttachFault.DiskFailed -> text(R.string.attach_disk_failed)
        AttachFault.Interrupted -> text(R.string.attach_interrupted)
    }

/** Bytes, as coarse as a person wants them, and never more than there are. */
internal fun Words.size(bytes: ULong): String =
    when {
        bytes < KB -> text(R.string.size_bytes, bytes.toInt())
        bytes < MB -> text(R.string.size_kb, (bytes / KB).toInt())
        else -> text(R.string.size_mb, (bytes / MB).toLong(), (bytes % MB / TENTH_MB).toInt())
    }
