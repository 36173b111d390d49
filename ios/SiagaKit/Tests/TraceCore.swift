import Foundation
import SiagaKit

/// The core behind `citizen replay --core stdio`, whose `--help` lists the commands: each is one call of the bindings.
final class ServedCore {
  struct NoCommand: Error {
    let line: String
  }

  private let clock = ToldClock()
  private let entropy = CountedEntropy()
  private let departures = Departures()
  private var siaga: Siaga?

  /// Carries one command out, and tells what came of it.
  func carryOut(_ line: String) throws -> String {
    guard let command = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
      throw NoCommand(line: line)
    }
    let now: [String: Any] = try field(command, "now")
    clock.reading = Reading(
      boot: try field(now, "boot"), sinceBootMs: try field(now, "since_boot_ms"), wallMs: try field(now, "wall_ms"))
    var told: [String: Any] = [:]
    do {
      told["answer"] = try ask(command)
    } catch let refused as SiagaError {
      told["error"] = ["kind": word(refused), "message": refused.localizedDescription]
    }
    let (renewed, begun) = departures.take()
    told["next_wake"] = written(try siaga?.nextWake() as Any)
    told["renewed"] = renewed
    told["begun"] = written(begun)
    return String(decoding: try JSONSerialization.data(withJSONObject: told), as: UTF8.self)
  }

  private func ask(_ command: [String: Any]) throws -> Any {
    switch try field(command, "do") as String {
    case "open": try open(command)
    case "press":
      let source = try named(command, "source", sources)
      return written(try core().press(source: source, agoMs: field(command, "ago_ms")))
    case "drill": return ["incident": try core().drill()]
    case "cancel": return ["incident": try core().cancel(auth: (command["code"] as? String).map { .code($0) } ?? .none)]
    case "report": return ["incident": try core().submit(report: report(command))]
    case "draft": return ["incident": try core().draft(report: report(command))]
    case "drafted": return written(try core().drafted(draft: field(command, "incident")))
    case "edit": try core().edit(draft: field(command, "incident"), report: report(command))
    case "submit": return ["incident": try core().submitDraft(draft: field(command, "incident"))]
    case "discard": try core().discard(draft: field(command, "incident"))
    case "note": try core().addNote(incident: field(command, "incident"), text: field(command, "text"))
    case "attach": return ["file": try attach(command)]
    case "any_network": try core().allowAnyNetwork(file: field(command, "file"))
    case "fix": try core().location(report: .fix(fix(command)))
    case "no_fix": try core().location(report: .unable(named(command, "reason", reasons)))
    case "network_changed": try core().networkChanged()
    case "network_metered": try core().networkMetered(metered: field(command, "metered"))
    case "identity_changed": try core().identityChanged()
    case "push": try core().pushReceived()
    case "wake": try core().wake()
    case "suspend":
      let taken = try core().takeTransfers()
      try core().prepareSuspend()
      return written(taken)
    case "resume": try core().resume()
    case "replied": try core().transferReplied(id: field(command, "id"), reply: reply(command))
    case "failed": try core().transferFailed(id: field(command, "id"), failure: named(command, "failure", failures))
    case "snapshot": return written(try core().snapshot())
    case "close":
      let closed = try core()
      siaga = nil
      try closed.shutDown()
    case "abandon":
      // Kept for ever: what nobody holds any more is closed, and a process that was killed closes nothing.
      _ = Unmanaged.passRetained(try core())
      siaga = nil
    case let unknown: throw NoCommand(line: unknown)
    }
    return NSNull()
  }

  private func open(_ command: [String: Any]) throws {
    let ports = Ports(clock: clock, entropy: entropy, transport: departures, ownThread: false)
    siaga = try Siaga.open(folder: field(command, "folder"), config: field(command, "config"), ports: ports)
  }

  private func attach(_ command: [String: Any]) throws -> FileId {
    let (incident, path): (String, String) = (try field(command, "incident"), try field(command, "path"))
    if try !field(command, "content") { return try core().attachFile(incident: incident, path: path) }
    guard let file = FileHandle(forReadingAtPath: path) else { throw NoCommand(line: path) }
    return try core().attachContent(incident: incident, name: field(command, "name"), content: StreamedContent(file))
  }

  private func core() throws -> Siaga {
    guard let siaga else { throw SiagaError.Closed }
    return siaga
  }
}

private let sources: [Source] = [.screen, .volumeKey, .notification, .tile, .widget, .headset, .watch, .keyboard]
private let fixSources: [FixSource] = [.gnss, .network, .fused, .recording, .manual, .unknown]
private let reasons: [NoFix] = [.notAsked, .permissionDenied, .locationOff, .noSignal]
private let failures: [Failure] = [
  .offline, .dns, .connect, .tlsValidity, .tls, .timedOut, .broken, .unreadable, .noRoute, .noCopy, .unavailable,
]

private func field<T>(_ command: [String: Any], _ name: String) throws -> T {
  guard let value = command[name] as? T else { throw ServedCore.NoCommand(line: "\(name) in \(command)") }
  return value
}

/// The one of `all` that is written like this.
private func named<T>(_ command: [String: Any], _ name: String, _ all: [T]) throws -> T {
  let said: String = try field(command, name)
  guard let value = all.first(where: { word($0) == said }) else { throw ServedCore.NoCommand(line: said) }
  return value
}

private let subjects: [Subject] = [.me, .other, .witness]

private func report(_ command: [String: Any]) throws -> Report {
  let place = try (command["place"] as? [String: Any]).map {
    Place(
      lat: try field($0, "lat"), lon: try field($0, "lon"), radiusM: $0["radius_m"] as? UInt32, words: $0["words"] as? String)
  }
  return Report(
    category: try field(command, "category"), text: try field(command, "text"), place: place,
    subject: command["subject"] == nil ? nil : try named(command, "subject", subjects),
    agencies: command["agencies"] as? [String] ?? [])
}

private func fix(_ command: [String: Any]) throws -> FixReading {
  let radius = command["radius"] as? [String: Any]
  return FixReading(
    lat: try field(command, "lat"), lon: try field(command, "lon"),
    radius: try radius.map { Radius(m: try field($0, "m"), confidence: try field($0, "confidence")) },
    altitudeM: command["altitude_m"] as? Double, speedMps: command["speed_mps"] as? Double,
    bearingDeg: command["bearing_deg"] as? Double, source: try named(command, "source", fixSources),
    mock: try field(command, "mock"), ageMs: try field(command, "age_ms"), statedWallMs: command["stated_wall_ms"] as? Int64)
}

private func reply(_ command: [String: Any]) throws -> RawReply {
  let pairs: [[String]] = try field(command, "headers")
  let headers = pairs.map { Header(name: $0[0], value: $0[1]) }
  let body: String = try field(command, "body")
  return RawReply(status: try field(command, "status"), headers: headers, body: Data(base64Encoded: body) ?? Data())
}
