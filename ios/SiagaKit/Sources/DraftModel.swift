import Observation

/// One draft of a report for the screen that edits it. What is written is the core's soon after, and when the screen is left.
@MainActor @Observable
public final class DraftModel {
  /// Its id, also when it is a report.
  public let id: IncidentId
  /// Whether something can be written: not before it is known what is there already, and not when it is sent or thrown away.
  public private(set) var isOpen = false
  /// Why the newest call was not done; what is written is still here.
  public private(set) var fault: SiagaError?

  private var written = Report(category: "", text: "")
  @ObservationIgnored private let sdk: SiagaSdk
  @ObservationIgnored private let keptWithin: Duration
  /// What the core has.
  @ObservationIgnored private var kept: Report?
  @ObservationIgnored private var soon: Task<Void, Never>?
  @ObservationIgnored private var keeping: Task<Bool, Never>?

  /// `keptWithin` is how long words may be on the screen alone: each letter for itself would be a commit for each.
  public init(_ sdk: SiagaSdk, _ id: IncidentId, keptWithin: Duration = .seconds(1)) {
    (self.sdk, self.id, self.keptWithin) = (sdk, id, keptWithin)
  }

  /// What is written.
  public var report: Report {
    get { written }
    set {
      written = newValue
      guard isOpen, soon == nil else { return }
      soon = Task { [weak self, keptWithin] in
        try? await Task.sleep(for: keptWithin)
        if !Task.isCancelled { await self?.keep() }
      }
    }
  }

  /// Reads what the draft says. What was written here and not taken stays.
  public func read() async {
    guard kept == nil, let report = await done({ try await $0.drafted($1) }) else { return }
    (written, kept, isOpen) = (report, report, true)
  }

  /// Gives the core what is written; whether it has it.
  @discardableResult
  public func keep() async -> Bool {
    soon?.cancel()
    soon = nil
    // One after the other: the newest words are the last.
    while let keeping { _ = await keeping.value }
    guard isOpen, written != kept else {
      forgive()
      return true
    }
    let task = Task { await edit(written) }
    keeping = task
    return await task.value
  }

  /// Sends it as it is written now; whether it is a report from now on.
  public func send() async -> Bool {
    guard await keep(), isOpen else { return false }
    return await over { try await $0.submitDraft($1) }
  }

  /// Throws it away, with its files; whether it is gone.
  @discardableResult
  public func discard() async -> Bool { await over { try await $0.discard($1) } }

  /// The screen is left: one in which nothing was written goes.
  public func leave(hasFiles: Bool) async {
    if isOpen, !hasFiles, written == Report(category: "", text: "") { await discard() } else { await keep() }
  }

  /// Why a field is not taken as it is.
  public func fault(of field: ReportField) -> ReportFault? {
    if case .Report(let fault)? = fault, fault.field == field { fault } else { nil }
  }

  private func edit(_ report: Report) async -> Bool {
    defer { keeping = nil }
    guard await done({ try await $0.edit($1, report) }) != nil else { return false }
    kept = report
    return true
  }

  private func over(_ call: @escaping @Sendable (SiagaSdk, IncidentId) async throws -> Void) async -> Bool {
    isOpen = false
    let isOver = await done(call) != nil
    isOpen = !isOver && kept != nil
    return isOver
  }

  private func done<T: Sendable>(_ call: @Sendable (SiagaSdk, IncidentId) async throws -> T) async -> T? {
    do {
      let answer = try await call(sdk, id)
      forgive()
      return answer
    } catch {
      fault = error as? SiagaError ?? .Bug(why: "\(type(of: error))")
      return nil
    }
  }

  /// A draft may have no kind yet: that it cannot be sent so stays said.
  private func forgive() {
    if fault(of: .category) == nil || !written.category.isEmpty { fault = nil }
  }
}

/// A field of a report, for what is wrong with it to stand beside it.
public enum ReportField: Sendable { case category, text, place, agencies }

extension ReportFault {
  /// The field that it is about; none when it is about the whole.
  public var field: ReportField? {
    switch self {
    case .category: .category
    case .textTooLong, .textMissing: .text
    case .place: .place
    case .agencies: .agencies
    case .tooManyWaiting, .tooManyDrafts, .noSuchDraft, .noSuchIncident: nil
    }
  }
}

// What the fields of a screen show and change.
extension Report {
  /// Whom it concerns. Not stated, it is the citizen.
  public var concerned: Subject {
    get { subject ?? .me }
    set { subject = newValue == .me ? nil : newValue }
  }

  /// Whether it is for an agency, among others.
  public subscript(isFor agency: String) -> Bool {
    get { agencies.contains(agency) }
    set { agencies = agencies.filter { $0 != agency } + (newValue ? [agency] : []) }
  }

  /// The words about its place; without a place there are none.
  public var placeWords: String {
    get { place?.words ?? "" }
    set { place?.words = newValue.isEmpty ? nil : newValue }
  }
}

extension PositionView {
  /// The place of a report that happened where the phone is; none while that is not known, or not believed.
  public var place: Place? {
    guard case .known(let lat, let lon, let radius, _, _, true) = self else { return nil }
    // As wide as a report's place can be, metres.
    return Place(lat: lat, lon: lon, radiusM: radius.map { UInt32(min(max($0.m, 1), 100_000)) })
  }
}
