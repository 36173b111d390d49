import Foundation
import SiagaKit

// State → words, one for one. No word claims more than the state proves (INV-7).

/// A text of the app. `%1$@` and `%1$lld` are its values, by their places.
func text(_ key: String, _ values: Any...) -> String {
  let filled = values.enumerated().reduce(NSLocalizedString(key, comment: "")) { text, value in
    ["@", "lld"].reduce(text) { $0.replacingOccurrences(of: "%\(value.offset + 1)$\($1)", with: "\(value.element)") }
  }
  return filled.replacingOccurrences(of: "%%", with: "%")
}

/// The text that is named after a case: `failure_no_route` after `.noRoute`. A test looks for the text of every case.
func text(_ prefix: String, of value: Any) -> String {
  let name = "\(value)".replacing(/[A-Z]/) { "_" + $0.output.lowercased() }
  return text(prefix + "_" + (shorter[name] ?? name))
}

private let shorter = [
  "digest_mismatch": "digest", "secret_needed": "secret", "needs_identity": "identity", "refused": "for_good",
  "in_memory_only": "in_memory", "permission_denied": "permission", "location_off": "off", "no_signal": "signal",
  "manual": "hand",
]

/// Text that came over the network, without what would move the cursor or turn the line around.
func printable(_ text: String) -> String {
  let plain = text.unicodeScalars.map { [.control, .format].contains($0.properties.generalCategory) ? "\u{FFFD}" : $0 }
  return String(String.UnicodeScalarView(plain))
}

/// A span of time, as coarse as a person wants it.
func span(_ ms: UInt64) -> String {
  switch ms / 1_000 {
  case 0: text("under_a_second")
  case let s where s < 120: text("seconds", s)
  case let s where s < 7_200: text("minutes", s / 60)
  case let s where s < 172_800: text("hours", s / 3_600)
  case let s: text("days", s / 86_400)
  }
}

extension Snapshot {
  /// The newest SOS or drill. A report is no emergency, and takes the place of none.
  var emergency: IncidentView? { incidents.last { $0.kind != .report } }
}

extension IncidentView {
  /// What it is.
  var title: String { text(kind == .report ? "title_report" : drill ? "title_drill" : "sos") }

  /// What it is, and how far it has come.
  func headline(_ store: StoreHealth) -> String {
    let words =
      switch state {
      case .recorded: text(store == .inMemoryOnly ? "state_in_memory" : "state_recorded")
      case .active: text("state_" + furthest)
      case .cancelled: text(pending > 0 ? "state_cancelled_pending" : "state_cancelled")
      case .draft, .closedByCentre, .closedByAge, .drillDone, .endedBySos: text("state", of: state)
      }
    return text("titled", title, words)
  }

  /// Whether there is something to call off.
  var isOpen: Bool { state == .recorded || state == .active }

  /// The furthest signed step of those that everybody knows.
  private var furthest: String {
    let signed = timeline.compactMap { entry -> String? in
      if case .step(_, let step, _) = entry.what, entry.proof == .signed { step } else { nil }
    }
    return ["on_scene", "assigned", "opened"].first(where: signed.contains) ?? "active"
  }
}

extension TimelineEntry {
  /// When, what, and why that may be believed.
  var line: String {
    let time = Date(timeIntervalSince1970: Double(atWallMs) / 1_000).formatted(date: .omitted, time: .standard)
    return text("entry", time, happened, text(proof == .signed ? "proof_signed" : "proof_own"))
  }

  private var happened: String {
    switch what {
    case .recorded: return text("happened_recorded")
    case .leftThePhone: return text("happened_left")
    case .centreHasIt: return text("happened_centre_has_it")
    case .step(_, let step, let note):
      // A later centre may have steps of its own: then its own word.
      let isKnown = ["received", "opened", "assigned", "on_scene", "closed"].contains(step)
      let word = isKnown ? text("step_" + step) : printable(step)
      return note.map { text("step_with_note", word, printable($0)) } ?? word
    }
  }
}

extension PositionView {
  /// Where the citizen is, as far as known.
  var line: String {
    switch self {
    case .unknown(let why): return text("position_unknown", text("no_fix", of: why))
    case .known(let lat, let lon, let radius, let ageMs, let source, let trusted):
      let place = [lat, lon].map { $0.formatted(.number.precision(.fractionLength(5))) }.joined(separator: " ")
      let within = radius.map { text("radius", Int($0.m.rounded()), Int(($0.confidence * 100).rounded())) }
      let sentence = trusted ? "position_known" : "position_doubted"
      return text(sentence, place, within ?? text("radius_unknown"), span(ageMs), text("by", of: source))
    }
  }
}

extension LaneView {
  /// What waits in a lane, and for what (F32).
  var line: String {
    switch waits {
    case .forReply: text("waits_for", rows, text("lane", of: lane), text("waits_reply"))
    case .forSos: text("waits_for", rows, text("lane", of: lane), text("waits_sos"))
    case .forOffer: text("waits_for", rows, text("lane", of: lane), text("waits_offer"))
    case .forResume: text("waits_for", rows, text("lane", of: lane), text("waits_resume"))
    case .forUnmetered: text("waits_for", rows, text("lane", of: lane), text("waits_unmetered"))
    case .backOff, .gate:
      text("waits_for", rows, text("lane", of: lane), nextInMs.map { text("waits_again", span($0)) } ?? text("waits_later"))
    case nil: text("waits", rows, text("lane", of: lane))
    }
  }
}

extension Trouble {
  /// Why there is no receipt yet. No sentence here says that the centre has anything.
  var line: String {
    let why =
      switch self {
      case .noReply(let failure): text("failure", of: failure)
      case .noReceipt(let status): text("trouble_no_receipt", status)
      case .badReceipt(let fault): text("trouble_bad_receipt", printable(fault))
      case .unknownKey: text("trouble_unknown_key")
      case .redirected(let status): text("trouble_redirected", status)
      case .needsIdentity(let status): text("trouble_identity", status)
      case .serverError(let status): text("trouble_server", status)
      case .blocked(let status): text("trouble_blocked", status)
      case .refused(let status, let problem): text("trouble_refused", status, text("refused", of: problem))
      case .upload(let fault): text("upload", of: fault)
      }
    return text("trouble", why)
  }
}

extension FileView {
  /// How far a file has come, and nothing that is not proven.
  var line: String {
    let words =
      switch state {
      case .lost(let fault): text("file_lost", fault.line)
      case .waiting: text("file_waiting", size(sent), size(bytes))
      case .paused: text("file_paused", size(sent), size(bytes))
      case .metered: text("file_metered", size(sent), size(bytes))
      case .confirmed: text("file_confirmed", size(bytes))
      case .copying: text("file_copying")
      case .held: text("file_held")
      case .unproven: text("file_unproven")
      case .refused: text("file_refused")
      case .withdrawn: text("file_withdrawn")
      }
    return text("titled", printable(name), words)
  }
}

extension UploadView {
  /// How far several files have come together; nothing when one line says it already.
  var line: String? { files > 1 ? text("files_sum", confirmed, files, size(sent), size(bytes)) : nil }
}

extension ReportFault {
  /// Why a report, a draft or a note is not taken.
  var line: String {
    switch self {
    case .textTooLong(let characters): text("report_fault_text_too_long", characters)
    case .tooManyWaiting(let waiting): text("report_fault_too_many_waiting", waiting)
    case .tooManyDrafts(let most): text("report_fault_too_many_drafts", most)
    case .category, .textMissing, .place, .agencies, .noSuchDraft, .noSuchIncident: text("report_fault", of: self)
    }
  }
}

extension AttachFault {
  /// Why a file is not taken.
  var line: String {
    switch self {
    case .tooManyFiles(let most): text("attach_too_many_files", most)
    case .tooManyWaiting(let most): text("attach_too_many_waiting", most)
    case .tooLarge(let mostBytes): text("attach_too_large", size(mostBytes))
    case .tooMuchWaiting(let mostBytes): text("attach_too_much_waiting", size(mostBytes))
    case .noSuchIncident, .noSuchFile, .alreadyConfirmed, .empty, .unknownType, .notAFile, .unreadable, .changed,
      .diskFull, .diskFailed, .interrupted:
      text("attach", of: self)
    }
  }
}

/// Bytes, as coarse as a person wants them, and never more than there are.
func size(_ bytes: UInt64) -> String {
  switch bytes {
  case ..<1_000: text("size_bytes", bytes)
  case ..<1_000_000: text("size_kb", bytes / 1_000)
  default: text("size_mb", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
  }
}

extension PressAnswer {
  /// Why a press did not count; nothing when it did, because the button shows that.
  var notCounted: String? {
    switch self {
    case .counted, .triggered, .escalated: nil
    case .tooSoon: text("press_too_soon")
    case .sourceOff: text("press_source_off")
    }
  }
}

/// What the core refuses, and why.
func refusal(_ error: any Error) -> String {
  switch error as? SiagaError {
  case .Config(let why): text("error_config", why)
  case .Network(let why): text("error_network", why)
  case .Store(let why): text("error_store", why)
  case .Platform(let why): text("error_platform", why)
  case .SosIsOpen: text("error_sos_open")
  case .NothingOpen: text("error_nothing_open")
  case .Report(let fault): fault.line
  case .Attach(.alreadyConfirmed): AttachFault.alreadyConfirmed.line
  case .Attach(let fault): text("error_attach", fault.line)
  case .Transfer(let why), .Bug(let why): text("error_bug", why)
  case .Closed: text("error_closed")
  case nil: text("error_platform", type(of: error))
  }
}
