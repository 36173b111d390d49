import SiagaKit
import SwiftUI

/// How a line looks. The words are in the system's own ink, which has the contrast that the citizen chose.
enum Look {
  case plain, quiet, headline, trouble, alarm, calm

  fileprivate var sign: (name: String, colour: Color)? {
    switch self {
    case .plain, .quiet, .headline: nil
    case .trouble: ("exclamationmark.circle", .orange)
    case .alarm: ("exclamationmark.triangle.fill", .red)
    case .calm: ("checkmark.seal.fill", .green)
    }
  }
}

/// One line on a screen; nothing when there is nothing to say.
struct Line: View {
  let words: String?
  var look = Look.plain

  var body: some View {
    let isHeadline = [.headline, .alarm, .calm].contains(look)
    if let words {
      HStack(alignment: .firstTextBaseline) {
        if let sign = look.sign { Image(systemName: sign.name).foregroundStyle(sign.colour).accessibilityHidden(true) }
        Text(words).font(isHeadline ? .title3.bold() : look == .quiet ? .subheadline : .body)
      }
      .accessibilityAddTraits(isHeadline ? .isHeader : [])
    }
  }
}

/// All that is known of an incident.
struct IncidentLines: View {
  let incident: IncidentView
  let store: StoreHealth

  var body: some View {
    let began = text("began", span(incident.ageMs))
    Line(words: incident.headline(store), look: incident.look)
    let isPressed = incident.kind != .report && !incident.drill
    Line(words: !isPressed ? began : text("presses", incident.presses) + ", " + began, look: .quiet)
    ForEach(Array(incident.timeline.enumerated()), id: \.offset) { Line(words: $0.element.line) }
    FileLines(files: incident.files)
    Line(words: incident.upload.line, look: .quiet)
    Line(words: incident.trouble?.line, look: .trouble)
    Line(words: incident.timelineGap ? text("timeline_gap") : nil, look: .trouble)
    Line(words: incident.clockClamped ? text("clock_clamped") : nil, look: .trouble)
    Line(words: incident.pending > 0 ? text("pending", incident.pending) : nil, look: .quiet)
  }
}

/// Files, each with what its upload ran into.
struct FileLines: View {
  let files: [FileView]

  var body: some View {
    ForEach(files, id: \.id) { file in
      Line(words: file.line)
      Line(words: file.trouble?.line, look: .trouble)
    }
  }
}

extension IncidentView {
  /// Alarming only while nobody has signed for a real one.
  var look: Look {
    switch state {
    case .recorded: drill ? .headline : .alarm
    case .active, .drillDone, .closedByCentre: .calm
    case .draft, .cancelled, .closedByAge, .endedBySos: .headline
    }
  }
}
