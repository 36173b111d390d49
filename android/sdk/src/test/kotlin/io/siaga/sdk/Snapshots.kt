package io.siaga.sdk

import io.siaga.engine.ButtonView
import io.siaga.engine.EvidenceView
import io.siaga.engine.IncidentState
import io.siaga.engine.IncidentView
import io.siaga.engine.Kind
import io.siaga.engine.Lane
import io.siaga.engine.LaneView
import io.siaga.engine.NoFix
import io.siaga.engine.PositionView
import io.siaga.engine.Snapshot
import io.siaga.engine.StoreHealth
import io.siaga.engine.UploadView

/** A snapshot with what a test is about. */
internal fun snapshot(vararg incidents: IncidentView, waiting: List<Lane> = emptyList()) =
    Snapshot(
        revision = 7u,
        store = StoreHealth.DURABLE,
        button = ButtonView(0u, 3u, 0u),
        position = PositionView.Unknown(NoFix.NOT_ASKED),
        incidents = incidents.toList(),
        waiting = waiting.map { LaneView(it, 1u, 0u, null, null, null) },
        parked = 0u,
        offers = null,
    )

internal fun incident(
    id: String = "sos",
    drill: Boolean = false,
    state: IncidentState = IncidentState.RECORDED,
    pending: UInt = 1u,
    kind: Kind = Kind.SOS,
) = IncidentView(
    id,
    kind,
    drill,
    state,
    3u,
    emptyList(),
    pending,
    emptyList(),
    UploadView(0u, 0u, 0u, 0u),
    false,
    null,
    false,
    false,
    null,
    EvidenceView(0u, null),
    0u,
)
