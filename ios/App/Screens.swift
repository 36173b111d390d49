import SiagaKit
import SwiftUI

/// What happened so far, the newest first, each line with its proof; what can be added to; and what still waits.
struct TimelineScreen: View {
  @Environment(Phone.self) private var phone

  var body: some View {
    let snapshot = phone.model.snapshot
    List {
      ForEach(snapshot?.incidents.reversed() ?? [], id: \.id) { incident in
        Section {
          IncidentLines(incident: incident, store: snapshot?.store ?? .durable)
          if incident.isOpen, !incident.drill {
            NavigationLink(text("note_to", incident.title, span(incident.ageMs))) { NoteScreen(id: incident.id) }
          }
        }
      }
      if snapshot?.incidents.isEmpty != false { Line(words: text("no_incidents")) }
      Section(text("waiting")) {
        ForEach(snapshot?.waiting ?? [], id: \.lane) { lane in
          Line(words: lane.line)
          Line(words: lane.trouble?.line, look: .trouble)
        }
        if snapshot?.waiting.isEmpty != false { Line(words: text("nothing_waits")) }
      }
    }
    .navigationTitle(text("timeline"))
  }
}

/// A drill, from its start to its receipt.
struct DrillScreen: View {
  @Environment(Phone.self) private var phone

  var body: some View {
    let snapshot = phone.model.snapshot
    let drill = snapshot?.incidents.last(where: \.drill)
    List {
      Line(words: text("drill_what"))
      Button(text("drill_start")) { Task { await phone.ask { try await $0.drill() } } }
      Line(words: phone.refused, look: .trouble)
      if let drill { IncidentLines(incident: drill, store: snapshot?.store ?? .durable) } else { Line(words: text("drill_none")) }
      if drill?.isOpen == true { Button(text("cancel_drill")) { Task { await phone.ask { try await $0.cancel() } } } }
    }
    .navigationTitle(text("drill"))
  }
}

/// How a press is felt, and what is known of the core.
struct SettingsScreen: View {
  @Environment(Phone.self) private var phone
  @AppStorage("haptics") private var haptics = Haptics.normal.rawValue

  var body: some View {
    let snapshot = phone.model.snapshot
    List {
      Picker(text("haptics"), selection: $haptics) {
        ForEach(Haptics.allCases, id: \.rawValue) { Text(text("haptics", of: $0)).tag($0.rawValue) }
      }
      .pickerStyle(.inline)
      .onChange(of: haptics) { phone.startAnew() }
      Section(text("about")) {
        Line(words: text("version", Bundle.main.object(forInfoDictionaryKey: "CFBundleShortVersionString") ?? ""))
        Line(words: snapshot.map { text("store", of: $0.store) })
        Line(words: snapshot.map { offers($0.offers) })
        Line(words: snapshot.flatMap { $0.parked > 0 ? text("parked", $0.parked) : nil })
        NavigationLink(text("open_setup")) { SetupScreen() }
      }
    }
    .navigationTitle(text("settings"))
  }

  private func offers(_ offers: [String]?) -> String {
    guard let offers else { return text("offers_unknown") }
    return offers.isEmpty ? text("offers_nothing") : text("offers", offers.map(printable).joined(separator: ", "))
  }
}
