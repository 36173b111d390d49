import Dispatch
import Foundation
import Testing

@testable import SiagaKit

/// Bad input, and parts of the host's own that fail: a typed error, or something that is counted and passed over.
@Suite struct FaultTests {
  let folder: Folder
  let centre: TestCentre
  let clock = TestClock()

  init() async throws {
    folder = try Folder()
    centre = try await TestCentre()
  }

  func sdk(_ set: (inout SiagaOptions) -> Void = { _ in }) -> SiagaSdk {
    var options = SiagaOptions()
    options.clock = clock
    set(&options)
    return SiagaSdk(config: centre.config, folder: folder.url, options: options)
  }

  @Test(arguments: ["", "no JSON", "{\"centre\": 1}", "{}\u{0}", String(repeating: "[", count: 100_000), "🆘"])
  func aConfigurationThatCannotBeUsedIsWhatEachCallSays(_ config: String) async throws {
    let sdk = SiagaSdk(config: config, folder: folder.url)
    for _ in 1...2 {
      #expect(await thrown { try await sdk.touch() } == "Config")
    }
    for await _ in sdk.snapshots() { Issue.record("there is nothing to show") }
  }

  @Test func aReportThatCannotBeTakenIsATypedError() async throws {
    let sdk = sdk()
    let hostile = ["", "Fire", "fire\u{0}", "🔥", "../..", String(repeating: "a", count: 1_000_000)]
    for category in hostile {
      await #expect(throws: SiagaError.Report(fault: .category)) {
        try await sdk.submit(Report(category: category, text: ""))
      }
    }
    await #expect(throws: SiagaError.Report(fault: .textTooLong(characters: 1_000_000))) {
      try await sdk.submit(Report(category: "fire", text: String(repeating: "🆘", count: 1_000_000)))
    }
  }

  @Test func hostileTextArrivesAsItWasTyped() async throws {
    let sdk = sdk()
    let text = "\u{0}\u{1b}[2J\u{202e}\"}]<script>\r\n" + String(repeating: "🧑‍🚒", count: 300)
    let report = try await sdk.submit(Report(category: "fire", text: text))
    _ = try await sdk.snapshot { $0.isDelivered(report) }
    #expect(try await centre.incidents().first?.contains("🧑‍🚒") == true)
    let sos = try await sdk.pressThrice(clock)
    #expect(try await sdk.cancel(.code(String(repeating: "\u{0}9", count: 500_000))) == sos)
    _ = try await sdk.snapshot { $0.incidents.contains { $0.id == sos && $0.state == .cancelled && $0.pending == 0 } }
  }

  @Test func anIdThatIsNoneOfOursIsATypedError() async throws {
    let sdk = sdk()
    for id in ["", "x", "{\"Delivery\":1}", "\u{0}", String(repeating: "9", count: 1_000_000)] {
      #expect(
        await thrown {
          try await sdk.call { try $0.transferReplied(id: id, reply: RawReply(status: 200, headers: [], body: Data())) }
        } == "Transfer")
    }
  }

  @Test func afterItWasShutDownEachCallSaysSo() async throws {
    let sdk = sdk()
    _ = try await sdk.touch()
    try await sdk.shutDown()
    try await sdk.shutDown()
    await #expect(throws: SiagaError.Closed) { try await sdk.touch() }
    await #expect(throws: SiagaError.Closed) { try await sdk.drill() }
    await #expect(throws: SiagaError.Closed) { try await sdk.runBackgroundTask() }
    await #expect(throws: SiagaError.Closed) { try await sdk.pushReceived() }
    await sdk.enterBackground()
    await sdk.enterForeground()
    for await _ in sdk.snapshots() { Issue.record("there is nothing to show") }
  }

  @Test func aCoreThatIsShutDownUnderneathSaysSo() async throws {
    let siaga = try Siaga.open(folder: folder.url.path, config: centre.config, ports: Ports(clock: clock))
    try siaga.shutDown()
    #expect(throws: SiagaError.Closed) { try siaga.press(source: .screen) }
    #expect(throws: SiagaError.Closed) { try siaga.takeTransfers() }
    #expect(try siaga.snapshot().incidents == [])
  }

  @Test func aListenerMayCallBackIn() async throws {
    let sdk = sdk()
    let (changes, changed) = AsyncStream.makeStream(of: PressAnswer.self)
    let subscription = try await sdk.call { siaga in
      try siaga.subscribe(
        listener: Told { [clock] _ in
          clock.goOn(150)
          changed.yield(try siaga.press(source: .keyboard))
        })
    }
    _ = try await sdk.touch()
    for await answer in changes {
      if case .triggered = answer { break }
    }
    try subscription.cancel()
  }

  @Test func aListenerThatThrowsIsCountedAndToldAgain() async throws {
    let sdk = sdk()
    let (changes, changed) = AsyncStream.makeStream(of: UInt64.self)
    let subscription = try await sdk.call { siaga in
      try siaga.subscribe(
        listener: Told { revision in
          changed.yield(revision)
          throw Odd()
        })
    }
    let sos = try await sdk.pressThrice(clock)
    _ = try await sdk.snapshot { $0.isDelivered(sos) }
    var seen = 0
    for await _ in changes {
      seen += 1
      if seen == 2 { break }
    }
    #expect(try await sdk.call { try $0.portFailures() } > 0)
    try subscription.cancel()
  }

  @Test func portsThatThrowAreCountedAndTheSosIsDelivered() async throws {
    let fault = Faulty()
    let ports = Ports(
      clock: clock, entropy: fault, location: fault, log: fault, credentials: fault, transport: nil, ownThread: true)
    let siaga = try Siaga.open(folder: folder.url.path, config: centre.config, ports: ports)
    for _ in 1...3 {
      _ = try siaga.press(source: .screen)
      clock.goOn(150)
    }
    let (changes, changed) = AsyncStream.makeStream(of: UInt64.self)
    let subscription = try siaga.subscribe(listener: Told { changed.yield($0) })
    while try siaga.snapshot().incidents.first?.receipt == nil {
      for await _ in changes { break }
    }
    try subscription.cancel()
    #expect(try siaga.portFailures() > 3)
    #expect(try await centre.incidents().count == 1)
  }

  @Test func credentialsThatNeverAnswerHoldNoSosBack() async throws {
    let never = Never()
    defer { never.end() }
    let sdk = sdk { $0.credentials = never }
    let sos = try await sdk.pressThrice(clock)
    _ = try await sdk.snapshot { $0.isDelivered(sos) }
  }

  @Test func aLogThatNeverReturnsHoldsNoLaterPressBack() async throws {
    let never = Never()
    defer { never.end() }
    let sdk = sdk { $0.log = never }
    _ = try await sdk.call { try $0.snapshot() }
    let other = try Child(program("SiagaPhone"), [folder.url.path, "lock"])
    #expect(try await other.lines(until: "done") == ["locked", "done"])
    // The first press that goes on in memory is noted, and never comes back; the core counts it all the same.
    let hangs = Task { try? await sdk.touch() }
    await never.called()
    clock.goOn(150)
    #expect(try await sdk.touch() == .counted(presses: 2, needed: 3))
    never.end()
    #expect(await hangs.value == .counted(presses: 1, needed: 3))
  }

  @Test func touchesThatWaitForSomethingSlowCountAtTheirOwnMoments() async throws {
    let sdk = sdk { $0.clock = nil }
    let now = DispatchTime.now()
    #expect(try await sdk.press(.screen, at: now - 1.2) == .counted(presses: 1, needed: 3))
    #expect(try await sdk.press(.screen, at: now) == .counted(presses: 2, needed: 3))
    #expect(try await sdk.press(.screen, at: now - 0.01) == .tooSoon)
    guard case .triggered = try await sdk.press(.screen, at: now - 0.6) else { throw NotCounted() }
    guard case .escalated = try await sdk.press(.screen, at: now - 0.3) else { throw NotCounted() }
  }

  @Test func timeThatGoesBackStopsNoSos() async throws {
    let sdk = sdk()
    #expect(try await sdk.touch() == .counted(presses: 1, needed: 3))
    clock.goOn(-900_000)
    #expect(try await sdk.touch() == .tooSoon)
    clock.goOn(150)
    #expect(try await sdk.touch() == .counted(presses: 2, needed: 3))
    clock.goOn(150)
    guard case .triggered(let sos) = try await sdk.touch() else { throw NotCounted() }
    _ = try await sdk.snapshot { $0.isDelivered(sos) }
  }

  @Test func aClockThatGivesUpGoesOnAndIsCounted() async throws {
    let sdk = sdk { $0.clock = OneReading() }
    #expect(try await sdk.touch() == .counted(presses: 1, needed: 3))
    #expect(try await sdk.call { try $0.portFailures() } > 0)
  }

  @Test func aClockThatNeverAnsweredIsATypedError() async throws {
    let sdk = sdk { $0.clock = Faulty() }
    #expect(await thrown { try await sdk.touch() } == "Platform")
  }

  @Test func aFolderThatIsNoneStopsNoSos() async throws {
    let file = folder.url.appendingPathComponent("file")
    try Data().write(to: file)
    var options = SiagaOptions()
    options.clock = clock
    let sdk = SiagaSdk(config: centre.config, folder: file, options: options)
    let sos = try await sdk.pressThrice(clock)
    let snapshot = try await sdk.snapshot { $0.isDelivered(sos) }
    #expect(snapshot.store == .inMemoryOnly)
    #expect(try await centre.incidents().count == 1)
  }
}

/// The name of the error that a call ends with.
func thrown<T>(_ call: () async throws -> T) async -> String? {
  do {
    _ = try await call()
    return nil
  } catch {
    return (error as? SiagaError).map { String("\($0)".prefix { $0.isLetter }) }
  }
}

/// An error that no port has.
struct Odd: Error {}

/// A listener that is a closure.
final class Told: Listener {
  let body: @Sendable (UInt64) throws -> Void

  init(_ body: @escaping @Sendable (UInt64) throws -> Void) {
    self.body = body
  }

  func changed(revision: UInt64) throws {
    try body(revision)
  }
}

/// Whatever it is asked, it throws something that the core has never heard of, or gives nonsense.
final class Faulty: ClockPort, EntropyPort, LocationPort, LogPort, CredentialsPort {
  func now() throws -> Reading { throw Odd() }

  func draw() throws -> Data { Data([1, 2, 3]) }

  func start() throws { throw Odd() }

  func stop() throws { throw Odd() }

  func note(note: Note) throws { throw Odd() }

  func headers() throws -> [Header] { throw Odd() }
}

/// A clock that answers once.
final class OneReading: ClockPort {
  let answered = Locked(false)

  func now() throws -> Reading {
    let isFirst = answered.with { answered in
      defer { answered = true }
      return !answered
    }
    guard isFirst else { throw PortError.Unavailable }
    return Reading(boot: "boot", sinceBootMs: 1_000_000, wallMs: 1_760_000_000_000)
  }
}

/// Whatever it is asked, it does not come back before the test ends.
final class Never: CredentialsPort, LogPort {
  private let over = DispatchSemaphore(value: 0)
  private let (calls, call) = AsyncStream.makeStream(of: Void.self)

  func called() async {
    for await _ in calls { return }
  }

  func end() {
    for _ in 1...100 { over.signal() }
  }

  func headers() -> [Header] {
    wait()
    return []
  }

  func note(note: Note) { wait() }

  private func wait() {
    call.yield()
    over.wait()
    over.signal()
  }
}
