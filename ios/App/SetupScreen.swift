import CoreLocation
import SiagaKit
import SwiftUI
import UserNotifications

/// The agency, the permissions in the order in which the system grants them, and the citizen's own way of pressing.
struct SetupScreen: View {
  @Environment(Phone.self) private var phone
  @Environment(\.dismiss) private var dismiss
  @Environment(\.scenePhase) private var phase
  @Environment(\.openURL) private var openURL
  @AppStorage("agency") private var agency: String?
  @AppStorage("window_ms") private var windowMs = 0
  @AppStorage("debounce_ms") private var debounceMs = 0
  @State private var document = ""
  @State private var readiness: Readiness?
  @State private var practice: SiagaSdk?
  @State private var practised: String?
  @State private var locations = CLLocationManager()

  var body: some View {
    List {
      Section(text("setup_config")) {
        Line(words: text("setup_config_what"))
        TextField(text("setup_config_field"), text: $document, axis: .vertical).autocorrectionDisabled()
        Button(text("setup_config_use")) { agency = document }
        Line(words: phone.refused, look: .trouble)
        Line(words: text(Phone.agency == nil ? "setup_config_none" : "setup_config_here"), look: .quiet)
      }
      Section(text("setup_location")) {
        Line(words: text("setup_location_what"))
        Line(words: readiness.map(location), look: .quiet)
        if readiness?.location == false { Button(text("setup_location_ask")) { askForLocation() } }
        if readiness?.location == true, readiness?.locationInBackground == false {
          Button(text("setup_background_ask")) { locations.requestAlwaysAuthorization() }
        }
      }
      Section(text("setup_notification")) {
        Line(words: text("setup_notification_what"))
        Line(words: readiness.map { text($0.notifications ? "granted" : "denied") }, look: .quiet)
        if readiness?.notifications == false { Button(text("setup_notification_ask")) { askForNotifications() } }
      }
      Section(text("setup_button")) {
        Line(words: text("setup_button_what"))
        Button(text("setup_try")) { Task { practised = (try? await practice?.press(.screen)).map(words) } }
        Line(words: practised)
        choice("setup_window", [(0, "setup_agency"), (5_000, "window_5"), (10_000, "window_10")], $windowMs)
        choice("setup_debounce", [(0, "setup_agency"), (40, "gap_short"), (200, "gap_long")], $debounceMs)
      }
      Button(text("setup_done")) { dismiss() }
    }
    .navigationTitle(text("setup"))
    .onChange(of: [agency ?? "", "\(windowMs)", "\(debounceMs)"], initial: true) { restart($0 != $1) }
    // The citizen may come back from the system's own settings, or from its question.
    .onChange(of: phase, initial: true) { Task { await look() } }
  }

  private func choice(_ title: String, _ choices: [(Int, String)], _ chosen: Binding<Int>) -> some View {
    Picker(text(title), selection: chosen) { ForEach(choices, id: \.0) { Text(text($0.1)).tag($0.0) } }.pickerStyle(.inline)
  }

  private func location(_ readiness: Readiness) -> String {
    let allowed = text(!readiness.location ? "denied" : readiness.preciseLocation ? "granted" : "coarse")
    return readiness.locationOn ? allowed : allowed + ". " + text("location_off")
  }

  private func words(_ answer: PressAnswer) -> String {
    if case .counted(let presses, let needed) = answer { return text("setup_counted", presses, needed) }
    return answer.notCounted ?? text("setup_sos")
  }

  /// Under what was chosen anew. What cannot be used is what every call says.
  private func restart(_ isOther: Bool) {
    if isOther { phone.startAnew() }
    Task { await phone.ask { try await $0.history(newest: 0) } }
    // A core of its own, whose deliveries go nowhere: it judges a way of pressing as the real one would (F78).
    var options = SiagaOptions()
    options.transport = Nowhere()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("practice-\(UUID().uuidString)")
    practice = SiagaSdk(config: Phone.config, folder: folder, options: options)
  }

  private func look() async {
    await phone.sdk.permissionsChanged()
    readiness = await phone.sdk.readiness()
  }

  /// The system asks once. After that only its own settings help.
  private func askForLocation() {
    if locations.authorizationStatus == .notDetermined { return locations.requestWhenInUseAuthorization() }
    if let settings = URL(string: "app-settings:") { openURL(settings) }
  }

  private func askForNotifications() {
    Task {
      _ = try? await UNUserNotificationCenter.current().requestAuthorization(options: [.alert, .sound])
      await look()
    }
  }
}

private final class Nowhere: TransportPort {
  func begin(transfer: Transfer) {}
  func networkChanged() {}
}
