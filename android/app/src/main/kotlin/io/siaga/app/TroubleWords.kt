package io.siaga.app

import io.siaga.engine.*
import io.siaga.runtime.SiagaException
import io.siaga.sdk.Outcome
import io.siaga.sdk.PressOutcome

/** Why there is no receipt yet. No sentence here says that the centre has anything. */
internal fun Words.trouble(trouble: Trouble): String =
    text(
        R.string.trouble,
        when (trouble) {
            is Trouble.NoReply -> text(failure(trouble.v1))
            is Trouble.NoReceipt -> text(R.string.trouble_no_receipt, trouble.status.toInt())
            is Trouble.BadReceipt -> text(R.string.trouble_bad_receipt, printable(trouble.fault))
            is Trouble.UnknownKey -> text(R.string.trouble_unknown_key)
            is Trouble.Redirected -> text(R.string.trouble_redirected, trouble.status.toInt())
            is Trouble.NeedsIdentity -> text(R.string.trouble_identity, trouble.status.toInt())
            is Trouble.ServerError -> text(R.string.trouble_server, trouble.status.toInt())
            is Trouble.Blocked -> text(R.string.trouble_blocked, trouble.status.toInt())
            is Trouble.Refused -> text(R.string.trouble_refused, trouble.status.toInt(), text(refusal(trouble.problem)))
            is Trouble.Upload -> text(upload(trouble.fault))
        },
    )

private fun failure(failure: Failure): Int =
    when (failure) {
        Failure.OFFLINE -> R.string.failure_offline
        Failure.DNS -> R.string.failure_dns
        Failure.CONNECT -> R.string.failure_connect
        Failure.TLS_VALIDITY -> R.string.failure_tls_validity
        Failure.TLS -> R.string.failure_tls
        Failure.TIMED_OUT -> R.string.failure_timed_out
        Failure.BROKEN -> R.string.failure_broken
        Failure.UNREADABLE -> R.string.failure_unreadable
        Failure.NO_ROUTE -> R.string.failure_no_route
        Failure.NO_COPY -> R.string.failure_no_copy
        Failure.UNAVAILABLE -> R.string.failure_unavailable
    }

private fun upload(fault: UploadFault): Int =
    when (fault) {
        UploadFault.IMPOSSIBLE_OFFSET -> R.string.upload_impossible_offset
        UploadFault.OTHER_OFFSET -> R.string.upload_other_offset
        UploadFault.OTHER_PLACE -> R.string.upload_other_place
        UploadFault.GONE -> R.string.upload_gone
        UploadFault.BUSY -> R.string.upload_busy
        UploadFault.DAMAGED -> R.string.upload_damaged
        UploadFault.NO_RECEIPT -> R.string.upload_no_receipt
        UploadFault.PART_TOO_LARGE -> R.string.upload_part_too_large
        UploadFault.UNSUPPORTED -> R.string.upload_unsupported
    }

private fun refusal(problem: ProblemType): Int =
    when (problem) {
        ProblemType.OTHER_BYTES -> R.string.refused_other_bytes
        ProblemType.TOO_LARGE -> R.string.refused_too_large
        ProblemType.DIGEST_MISMATCH -> R.string.refused_digest
        ProblemType.BAD_ID -> R.string.refused_bad_id
        ProblemType.OVERLOADED -> R.string.refused_overloaded
        ProblemType.NOT_FOUND -> R.string.refused_not_found
        ProblemType.SECRET_NEEDED -> R.string.refused_secret
        ProblemType.NEEDS_IDENTITY -> R.string.refused_identity
        ProblemType.REFUSED -> R.string.refused_for_good
    }

/** Why a call was not done; nothing when it was. */
internal fun Words.declined(outcome: Outcome<*>): String? =
    when (outcome) {
        is Outcome.Done -> null
        is Outcome.Declined -> error(outcome.why)
        is Outcome.Unavailable -> text(R.string.error_platform, outcome.why)
    }

/** Why a press did not count; nothing when it did, because the button shows that. */
internal fun Words.unheard(outcome: PressOutcome): String? =
    (outcome as? Outcome.Done)?.let { notCounted(it.value) } ?: declined(outcome)

/** What the core refuses, and why. */
internal fun Words.error(error: SiagaException): String =
    when (error) {
        is SiagaException.Config -> text(R.string.error_config, error.why)
        is SiagaException.Network -> text(R.string.error_network, error.why)
        is SiagaException.Store -> text(R.string.error_store, error.why)
        is SiagaException.Platform -> text(R.string.error_platform, error.why)
        is SiagaException.SosIsOpen -> text(R.string.error_sos_open)
        is SiagaException.NothingOpen -> text(R.string.error_nothing_open)
        is SiagaException.Report -> fault(error.fault)
        is SiagaException.Attach ->
            fault(error.fault).let { if (error.fault == AttachFault.AlreadyConfirmed) it else text(R.string.error_attach, it) }
        is SiagaException.Transfer, is SiagaException.Bug -> text(R.string.error_bug, error.message.orEmpty())
        is SiagaException.Closed -> text(R.string.error_closed)
    }

/** What waits in a lane, and for what (F32). */
internal fun Words.waiting(lane: LaneView): String {
    val rows = lane.rows.toInt()
    val waits = lane.waits ?: return text(R.string.waits, rows, lane(lane.lane))
    return text(R.string.waits_for, rows, lane(lane.lane), waits(waits, lane.nextInMs))
}

private fun Words.waits(waits: Waits, nextInMs: ULong?): String =
    when (waits) {
        Waits.FOR_REPLY -> text(R.string.waits_reply)
        Waits.FOR_SOS -> text(R.string.waits_sos)
        Waits.FOR_OFFER -> text(R.string.waits_offer)
        Waits.FOR_RESUME -> text(R.string.waits_resume)
        Waits.FOR_UNMETERED -> text(R.string.waits_unmetered)
        Waits.BACK_OFF, Waits.GATE -> nextInMs?.let { text(R.string.waits_again, span(it)) } ?: text(R.string.waits_later)
    }

private fun Words.lane(lane: Lane): String =
    when (lane) {
        Lane.SOS -> text(R.string.lane_sos)
        Lane.URGENT -> text(R.string.lane_urgent)
        Lane.FIX -> text(R.string.lane_fix)
        Lane.RELATIVES -> text(R.string.lane_relatives)
        Lane.DRILL -> text(R.string.lane_drill)
        Lane.REPORT -> text(R.string.lane_report)
        Lane.BACKFILL -> text(R.string.lane_backfill)
        Lane.MEDIA -> text(R.string.lane_media)
    }
