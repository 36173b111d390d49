import SiagaKit
import SwiftUI

/// The button, and how far the newest SOS or drill has come.
struct SosScreen: View {
  @Environment(Phone.self) private var phone
  @State private var isAsked = false
  @State private var code = ""
  @State private var needsSetup = Phone.agency == nil

  var body: some View {
    let snapshot = phone.model.snapshot
    let incident = snapshot?.emergency
    let isOpen = incident?.isOpen == true
    let headline = snapshot.map { incident?.headline($0.store) ?? text("nothing_open") } ?? text("opening")
    List {
      Line(words: headline, look: incident?.look ?? .headline)
      Line(words: phone.refused, look: .trouble)
      Line(words: incident?.trouble?.line, look: .trouble)
      Line(words: snapshot?.position.line)
      Line(words: snapshot.flatMap { $0.store == .durable ? nil : text("store", of: $0.store) }, look: .trouble)
      if isOpen { Button(text("cancel"), role: .destructive) { isAsked = true } }
      if isOpen, let incident { NavigationLink(text("files")) { FilesScreen(id: incident.id) } }
      NavigationLink(text("timeline")) { TimelineScreen() }
      NavigationLink(text("title_report")) { ReportsScreen() }
      NavigationLink(text("drill")) { DrillScreen() }
      NavigationLink(text("settings")) { SettingsScreen() }
    }
    .safeAreaInset(edge: .bottom) {
      BigButton(button: snapshot?.button, raisedTo: incident.flatMap { isOpen && !$0.drill ? $0.presses : nil })
    }
    .onChange(of: headline) { _, words in AccessibilityNotification.Announcement(words).post() }
    .alert(text("cancel"), isPresented: $isAsked) {
      SecureField(text("cancel_code"), text: $code)
      Button(text("cancel_yes"), role: .destructive) { cancel() }
      Button(text("cancel_no"), role: .cancel) {}
    } message: {
      Text(text("cancel_ask"))
    }
    .sheet(isPresented: $needsSetup) { NavigationStack { SetupScreen() } }
  }

  /// An empty field is no code.
  private func cancel() {
    let auth = code.isEmpty ? CancelAuth.none : .code(code)
    code = ""
    Task { await phone.ask { try await $0.cancel(auth) } }
  }
}

/// The big button. Every touch is in its next frame: as "touched" until the core has answered, as counted from then on.
private struct BigButton: View {
  let button: ButtonView?
  let raisedTo: UInt32?
  @Environment(Phone.self) private var phone
  @State private var touched = 0
  @State private var isDown = false

  var body: some View {
    VStack {
      Text(text("sos")).font(.largeTitle.bold())
      Text(count).font(.headline)
    }
    .foregroundStyle(.white)
    .padding(36)
    .frame(minWidth: 160, minHeight: 160)
    .background(Circle().fill(Color(red: 0.7, green: 0.07, blue: 0.11)).opacity(isDown ? 0.8 : 1))
    .contentShape(Circle())
    // The finger that comes down is a press, not the one that leaves: hands shake.
    .gesture(DragGesture(minimumDistance: 0).onChanged { _ in if !isDown { press() } }.onEnded { _ in isDown = false })
    .accessibilityElement(children: .ignore)
    .accessibilityLabel(text("button_label") + ", " + count)
    .accessibilityAddTraits(.isButton)
    .accessibilityAction {
      press()
      isDown = false
    }
  }

  private var count: String {
    if touched > 0 { return text("button_touched", touched) }
    guard let button else { return "" }
    if button.presses > 0 { return text("button_counted", button.presses, button.needed) }
    return raisedTo.map { text("button_raised", $0) } ?? text("button_press", button.needed)
  }

  private func press() {
    isDown = true
    touched += 1
    phone.sdk.options.haptics.touched()
    let moment = DispatchTime.now()
    Task {
      let answer = await phone.ask { try await $0.press(.screen, at: moment) }
      touched -= 1
      if case .triggered? = answer { phone.sdk.options.haptics.triggered() }
      if let answer { phone.refused = answer.notCounted }
    }
  }
}
