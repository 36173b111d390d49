package io.siaga.app

import io.siaga.engine.AttachFault
import io.siaga.engine.ButtonView
import io.siaga.engine.EvidenceView
import io.siaga.engine.Failure
import io.siaga.engine.FileState
import io.siaga.engine.FileView
import io.siaga.engine.FixSource
import io.siaga.engine.Happening
import io.siaga.engine.IncidentId
import io.siaga.engine.IncidentState
import io.siaga.engine.IncidentView
import io.siaga.engine.Kind
import io.siaga.engine.Lane
import io.siaga.engine.LaneView
import io.siaga.engine.NoFix
import io.siaga.engine.PositionView
import io.siaga.engine.Proof
import io.siaga.engine.Radius
import io.siaga.engine.Snapshot
import io.siaga.engine.StoreHealth
import io.siaga.engine.TimelineEntry
import io.siaga.engine.Trouble
import io.siaga.engine.UploadFault
import io.siaga.engine.UploadView
import io.siaga.engine.Waits

/** Snapshots to draw. The shape is the core's; what is in them is made up. */
object Situations {
    private const val BEGAN = 1_793_000_000_000L
    private val position = PositionView.Known(-6.99320, 110.42030, Radius(12.0, 0.68), 4_000u, FixSource.GNSS, true)
    private val recorded = TimelineEntry(Happening.Recorded, BEGAN, Proof.OWN_RECORD)
    private val left = TimelineEntry(Happening.LeftThePhone, BEGAN + 400, Proof.OWN_RECORD)
    private val hasIt = TimelineEntry(Happening.CentreHasIt, BEGAN + 900, Proof.SIGNED)

    /** Nothing has happened. */
    val quiet = snapshot(emptyList())

    /** Recorded, and no way out of the phone; the disk is full as well. */
    val offline =
        snapshot(
            listOf(incident(IncidentState.RECORDED, listOf(recorded, left), Trouble.NoReply(Failure.OFFLINE), pending = 2u)),
            store = StoreHealth.IN_MEMORY_ONLY,
            position = PositionView.Unknown(NoFix.PERMISSION_DENIED),
            waiting = listOf(LaneView(Lane.SOS, 1u, 0u, Waits.BACK_OFF, 7_000u, Trouble.NoReply(Failure.OFFLINE))),
        )

    /** A dispatcher is at work on it. */
    val helped =
        snapshot(
            listOf(
                incident(
                    IncidentState.ACTIVE,
                    listOf(recorded, left, hasIt, step(1, "received"), step(2, "opened"), step(3, "assigned", "Unit 7, 4 min")),
                ),
            ),
        )

    /** A drill that came back. */
    val drilled = snapshot(listOf(incident(IncidentState.DRILL_DONE, listOf(recorded, left, hasIt), drill = true)))

    /** Files in every state. */
    val attached =
        snapshot(
            listOf(
                incident(
                    IncidentState.ACTIVE,
                    listOf(recorded, left, hasIt),
                    files =
                        listOf(
                            file("photo-1793000000000.jpg", FileState.Confirmed(BEGAN), 2_345_678u, 2_345_678u),
                            file("VID_20261122.mp4", FileState.Waiting, 199_000_000u, 1_048_576u)
                                .copy(trouble = Trouble.Upload(UploadFault.BUSY)),
                            file("sound.m4a", FileState.Copying, 0u, 0u),
                            file("old.jpg", FileState.Lost(AttachFault.TooMuchWaiting(2_000_000_000u)), 0u, 0u),
                            file("here.jpg", FileState.Unproven, 9_000u, 9_000u),
                            file("there.jpg", FileState.Refused, 9_000u, 9_000u),
                            file("later.jpg", FileState.Paused, 9_000u, 3_000u),
                            file("never.jpg", FileState.Withdrawn, 9_000u, 0u),
                        ),
                ).copy(upload = UploadView(5u, 1u, 201_363_678u, 3_406_254u)),
            ),
        )

    /** A report that was sent, behind a draft of another. */
    val reported =
        snapshot(
            listOf(
                report(incident(IncidentState.DRAFT, emptyList())),
                report(incident(IncidentState.ACTIVE, listOf(recorded, left, hasIt, step(1, "received")))),
            ),
        )

    /** A draft with files. */
    fun drafted(draft: IncidentId): Snapshot {
        val files =
            listOf(
                file("photo-1793000000000.jpg", FileState.Held, 2_345_678u, 0u),
                file("old.jpg", FileState.Lost(AttachFault.DiskFull), 0u, 0u),
            )
        return snapshot(listOf(report(incident(IncidentState.DRAFT, emptyList(), files = files)).copy(id = draft)))
    }

    private fun report(incident: IncidentView) = incident.copy(kind = Kind.REPORT, presses = 0u)

    /** A file. */
    fun file(name: String, state: FileState, bytes: ULong, sent: ULong) =
        FileView("0190a5d0-7b1e-7cc3-9a55-0123456789ac", name, state, null, bytes, sent, null)

    /** An incident. */
    fun incident(
        state: IncidentState,
        timeline: List<TimelineEntry>,
        trouble: Trouble? = null,
        pending: UInt = 0u,
        drill: Boolean = false,
        files: List<FileView> = emptyList(),
    ) = IncidentView(
        "0190a5d0-7b1e-7cc3-9a55-0123456789ab",
        Kind.SOS,
        drill,
        state,
        if (drill) 0u else 3u,
        timeline,
        pending,
        files,
        UploadView(0u, 0u, 0u, 0u),
        complete = false,
        trouble,
        timelineGap = false,
        clockClamped = false,
        receipt = null,
        evidence = EvidenceView(0u, null),
        ageMs = 65_000u,
    )

    /** A step of the centre. */
    fun step(n: Int, step: String, note: String? = null) =
        TimelineEntry(Happening.Step(n.toUInt(), step, note), BEGAN + n * 20_000, Proof.SIGNED)

    /** A snapshot. */
    fun snapshot(
        incidents: List<IncidentView>,
        store: StoreHealth = StoreHealth.DURABLE,
        position: PositionView = this.position,
        waiting: List<LaneView> = emptyList(),
    ) = Snapshot(7uL, store, ButtonView(0u, 3u, 0u), position, incidents, waiting, 1u, listOf("timeline"))
}
