import SiagaKit
import SwiftUI

// The app's own choices: the core takes any word of an agency.
private let categories = ["fire", "accident", "crime", "flood", "noise", "other"]
private let agencies = ["police", "fire_brigade", "ambulance", "municipality"]

/// Where a report is begun, and the drafts of those that are not sent.
struct ReportsScreen: View {
  @Environment(Phone.self) private var phone
  @State private var read: [IncidentId: Report] = [:]
  @State private var opened: IncidentId?

  var body: some View {
    let drafts = phone.model.snapshot?.incidents.filter { $0.state == .draft } ?? []
    List {
      Line(words: text("report_what"))
      Button(text("report_write")) { Task { opened = await phone.ask { try await $0.draft(Report(category: "", text: "")) } } }
      Line(words: phone.refused, look: .trouble)
      Section(text("drafts")) {
        ForEach(drafts, id: \.id) { draft in
          Button(draft.words(read[draft.id])) { opened = draft.id }
        }
        if drafts.isEmpty { Line(words: text("drafts_none")) }
      }
      NavigationLink(text("timeline")) { TimelineScreen() }
    }
    .navigationTitle(text("title_report"))
    .navigationDestination(item: $opened) { ReportScreen(draft: phone.draft($0)) }
    .onChange(of: opened) { before, now in
      if let before, now == nil { leave(before) }
    }
    .onChange(of: phone.model.snapshot?.revision, initial: true) { Task { await look(drafts) } }
  }

  private func leave(_ draft: IncidentId) {
    let hasFiles = phone.model.snapshot?.incidents.first { $0.id == draft }?.files.isEmpty == false
    Task { await phone.draft(draft).leave(hasFiles: hasFiles) }
  }

  private func look(_ drafts: [IncidentView]) async {
    for draft in drafts { read[draft.id] = try? await phone.sdk.drafted(draft.id) }
  }
}

/// One draft of a report; when it is sent, how far it has come.
struct ReportScreen: View {
  @Bindable var draft: DraftModel
  @Environment(Phone.self) private var phone
  @Environment(\.dismiss) private var dismiss
  @Environment(\.scenePhase) private var phase
  @State private var isAsked = false
  @State private var isSent = false
  /// The place that the citizen took back: its words are not lost by that.
  @State private var before: Place?

  var body: some View {
    let snapshot = phone.model.snapshot
    let incident = snapshot?.incidents.first { $0.id == draft.id }
    List {
      if isSent, let incident {
        IncidentLines(incident: incident, store: snapshot?.store ?? .durable)
      } else {
        fields(snapshot?.position)
        Section(text("files")) {
          FileLines(files: incident?.files ?? [])
          NavigationLink(text("files")) { FilesScreen(id: draft.id) }
        }
        fault(draft.fault, of: nil)
        Button(text("report_send")) { Task { isSent = await draft.send() } }
        Button(text("report_keep")) { Task { if await draft.keep() { dismiss() } } }
        Button(text("report_discard"), role: .destructive) { isAsked = true }
      }
    }
    .navigationTitle(text("report_write"))
    .onChange(of: draft.id, initial: true) { Task { await draft.read() } }
    .onChange(of: phase) { Task { await draft.keep() } }
    .onDisappear { Task { await draft.keep() } }
    .alert(text("report_discard"), isPresented: $isAsked) {
      Button(text("report_discard"), role: .destructive) { Task { if await draft.discard() { dismiss() } } }
      Button(text("report_discard_no"), role: .cancel) {}
    } message: {
      Text(text("report_discard_ask"))
    }
  }

  @ViewBuilder
  private func fields(_ position: PositionView?) -> some View {
    Section(text("report_category")) {
      fault(draft.fault, of: .category)
      Picker(text("report_category"), selection: $draft.report.category) {
        ForEach(categories, id: \.self) { Text(text("category_" + $0)).tag($0) }
      }
      .pickerStyle(.inline)
    }
    .disabled(!draft.isOpen)
    Section(text("report_text")) {
      TextField(text("report_text"), text: $draft.report.text, axis: .vertical)
      fault(draft.fault, of: .text)
    }
    .disabled(!draft.isOpen)
    Section(text("report_place")) {
      Line(words: draft.report.place.map(words) ?? position?.line, look: .quiet)
      if draft.report.place != nil || position?.place != nil { Toggle(text("report_here"), isOn: here(position)) }
      if draft.report.place != nil { TextField(text("report_place_words"), text: $draft.report.placeWords, axis: .vertical) }
      fault(draft.fault, of: .place)
    }
    .disabled(!draft.isOpen)
    Section(text("report_subject")) {
      Picker(text("report_subject"), selection: $draft.report.concerned) {
        ForEach([Subject.me, .other, .witness], id: \.self) { Text(text("subject", of: $0)).tag($0) }
      }
      .pickerStyle(.inline)
    }
    .disabled(!draft.isOpen)
    Section(text("report_agencies")) {
      fault(draft.fault, of: .agencies)
      ForEach(agencies, id: \.self) { Toggle(text("agency_" + $0), isOn: $draft.report[isFor: $0]) }
    }
    .disabled(!draft.isOpen)
  }

  private func here(_ position: PositionView?) -> Binding<Bool> {
    Binding(
      get: { @MainActor in draft.report.place != nil },
      set: { @MainActor isHere in
        if !isHere { before = draft.report.place }
        draft.report.place = isHere ? before ?? position?.place : nil
      })
  }

  /// What is wrong with a field; with none, what is wrong with the whole.
  private func fault(_ fault: SiagaError?, of field: ReportField?) -> Line {
    var own: ReportField?
    if case .Report(let fault)? = fault { own = fault.field }
    return Line(words: fault.flatMap { own == field ? refusal($0) : nil }, look: .trouble)
  }

  private func words(_ place: Place) -> String {
    text("report_at", [place.lat, place.lon].map { $0.formatted(.number.precision(.fractionLength(5))) }.joined(separator: " "))
  }
}

/// Words and files that are added to an incident that was sent.
struct NoteScreen: View {
  let id: IncidentId
  @Environment(Phone.self) private var phone
  @Environment(\.dismiss) private var dismiss
  @State private var note = ""

  var body: some View {
    let snapshot = phone.model.snapshot
    let incident = snapshot?.incidents.first { $0.id == id }
    List {
      if let incident { IncidentLines(incident: incident, store: snapshot?.store ?? .durable) }
      TextField(text("note_text"), text: $note, axis: .vertical)
      Line(words: phone.refused, look: .trouble)
      Button(text("report_send")) { send() }
      if incident?.isOpen == true { NavigationLink(text("files")) { FilesScreen(id: id) } }
    }
    .navigationTitle(text("note"))
  }

  /// The words stay in their field until the core has them.
  private func send() {
    let words = note
    Task { if await phone.ask({ [id] in try await $0.addNote(id, words) }) != nil { dismiss() } }
  }
}

extension IncidentView {
  /// A draft, by when it was begun and by its first words.
  fileprivate func words(_ report: Report?) -> String {
    let begun = text("draft_begun", span(ageMs))
    let first = (report?.text ?? "").trimmingCharacters(in: .whitespacesAndNewlines).prefix { !$0.isNewline }.prefix(60)
    return first.isEmpty ? begun : text("titled", begun, printable(String(first)))
  }
}
