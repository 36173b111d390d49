extension SiagaSdk {
  /// Keeps a report that is not finished: nothing of it leaves the phone before it is submitted.
  public func draft(_ report: Report) async throws -> IncidentId { try await asked { try $0.draft(report: report) } }

  /// What a draft says, for the screen that edits it.
  public func drafted(_ draft: IncidentId) async throws -> Report { try await call { try $0.drafted(draft: draft) } }

  /// A draft says this from now on.
  public func edit(_ draft: IncidentId, _ report: Report) async throws {
    try await asked { try $0.edit(draft: draft, report: report) }
  }

  /// Queues a draft as the report that it is now, with its files.
  public func submitDraft(_ draft: IncidentId) async throws { try await asked { _ = try $0.submitDraft(draft: draft) } }

  /// Throws a draft away, with our copies of its files.
  public func discard(_ draft: IncidentId) async throws { try await asked { try $0.discard(draft: draft) } }

  /// Adds words to an incident that was sent.
  public func addNote(_ incident: IncidentId, _ text: String) async throws {
    try await asked { try $0.addNote(incident: incident, text: text) }
  }
}
