import Foundation
import Testing

@testable import SiagaKit

/// What happens while the app is not on the screen.
@Suite struct BackgroundTests {
  let folder: Folder
  let centre: TestCentre
  let clock = TestClock()
  let carrier = TestCarrier()

  init() async throws {
    folder = try Folder()
    centre = try await TestCentre()
  }

  func sdk(_ positioning: TestPositioning? = nil, carrier: TestCarrier? = nil) async throws -> SiagaSdk {
    var options = SiagaOptions()
    (options.clock, options.location, options.carrier) = (clock, positioning, carrier ?? self.carrier)
    options.credentials = Token()
    let sdk = SiagaSdk(config: centre.config, folder: folder.url, options: options)
    // Its first look is the one at its start.
    await (carrier ?? self.carrier).askedAgain()
    return sdk
  }

  /// The files of the database that this process has open.
  func openFiles() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { name in
      let file = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
      // What the system uploads is not ours to close.
      return file.flatMap { $0.hasPrefix(folder.url.path) && !$0.contains("/transfers/") ? $0 : nil }
    }
  }

  /// An SOS that could not leave while the app was on the screen, and is due again. A drill has brought the centre's keys.
  func waitingSos(_ sdk: SiagaSdk) async throws -> IncidentId {
    let drill = try await sdk.drill()
    _ = try await sdk.snapshot { $0.incidents.contains { $0.id == drill && $0.state == .drillDone } }
    try await centre.stop()
    let sos = try await sdk.pressThrice(clock)
    _ = try await sdk.snapshot { $0.isUnanswered }
    clock.goOn(31_000)
    return sos
  }

  @Test func anSosThatWaitsIsCarriedByTheSystemAndNoFileStaysOpen() async throws {
    let sdk = try await sdk()
    let sos = try await waitingSos(sdk)
    #expect(try !openFiles().isEmpty)
    await sdk.enterBackground()
    #expect(try openFiles() == [])
    #expect(carrier.carried.count == 1)
    #expect(carrier.carried.first?.request.value(forHTTPHeaderField: "authorization") == "Bearer token")
    #expect(carrier.carried.first?.request.value(forHTTPHeaderField: "siaga-secret") != "mine")

    try await centre.startAgain()
    await carrier.goOn()
    #expect(try openFiles() == [], "the receipt is written, and the file closed again")
    let snapshot = try await sdk.call { try $0.snapshot() }
    #expect(snapshot.isDelivered(sos), "\(snapshot)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/transfers") == [])
    #expect(try await centre.incidents().count == 2)

    await sdk.enterForeground()
    #expect(try !openFiles().isEmpty)
    let report = try await sdk.submit(Report(category: "fire", text: "smoke"))
    _ = try await sdk.snapshot { $0.isDelivered(report) }
  }

  @Test func theRestOfAPhotoIsCarriedOutOfALinkAndConfirmedInALaterProcess() async throws {
    let dead = try await sdk()
    let sos = try await dead.pressThrice(clock)
    _ = try await dead.snapshot { $0.isDelivered(sos) && $0.offers?.contains("media") == true }
    try await centre.stop()
    let photo = Data([0xFF, 0xD8, 0xFF, 0xE0]) + Data(repeating: 7, count: 20_000)
    let file = try await dead.attach(incident: sos, name: "photo.jpg", data: photo)
    await dead.enterBackground()
    let slept = try await dead.call { try $0.snapshot() }
    let carried = try #require(carrier.carried.first { $0.request.httpMethod == "POST" }, "\(carrier.carried) \(slept)")
    #expect(carrier.carried.last?.request.httpMethod == "POST", "text goes first")
    #expect(try Data(contentsOf: carried.file) == photo)
    #expect(carried.file.path.contains("/transfers/"), "what the core removes stays")
    await carrier.askedAgain()

    let later = try await sdk()
    try await centre.startAgain()
    await carrier.goOn()
    let files = try await later.call { try $0.snapshot() }.incidents.flatMap(\.files)
    let isConfirmed = files.contains { if case .confirmed = $0.state { $0.id == file } else { false } }
    #expect(isConfirmed, "\(files)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/transfers") == [])
  }

  @Test func aReplyThatComesInALaterProcessCounts() async throws {
    let dead = try await sdk()
    let sos = try await waitingSos(dead)
    await dead.enterBackground()
    await carrier.askedAgain()

    let later = try await sdk()
    try await centre.startAgain()
    await carrier.goOn()
    #expect(try await later.call { try $0.snapshot() }.isDelivered(sos))
    #expect(try await centre.incidents().filter { $0.contains(sos) }.count == 1)
  }

  @Test func whatTheSystemHasDroppedIsSentAnewByTheNextProcess() async throws {
    let dead = try await sdk()
    centre.freeze()
    let report = try await dead.submit(Report(category: "fire", text: "smoke"))
    // On its way when the app leaves the screen, so that the system carries it as well.
    await dead.enterBackground()
    await carrier.askedAgain()
    #expect(carrier.carried.count == 1)
    carrier.drop()

    try await centre.stop()
    try await centre.startAgain()
    let later = try await sdk()
    _ = try await later.snapshot { $0.waiting.contains { $0.trouble == .noReply(.broken) && $0.inFlight == 0 } }
    clock.goOn(600_000)
    try await later.call { try $0.wake() }
    _ = try await later.snapshot { $0.isDelivered(report) }
    #expect(try await centre.incidents().count == 1)
  }

  @Test func positionsThatKeepTheProcessAwakeKeepItsFilesOpenUntilTheyEnd() async throws {
    let positioning = TestPositioning(.semarang)
    let sdk = try await sdk(positioning)
    let sos = try await sdk.pressThrice(clock)
    _ = try await sdk.snapshot { $0.isDelivered(sos) }
    positioning.keepsAwake = true
    await sdk.enterBackground()
    #expect(try !openFiles().isEmpty)
    #expect(try await sdk.cancel() == sos)
    // Once because positions ended, once because the citizen's call is done.
    await carrier.askedAgain()
    await carrier.askedAgain()
    // A hand-over opens them for its own moment.
    #expect(try await sdk.on(sdk.inOrder) { _ in try openFiles() } == [])
  }

  @Test func aPressWhileTheAppSleepsIsDeliveredAndTheAppSleepsAgain() async throws {
    let sdk = try await sdk()
    await sdk.enterBackground()
    await carrier.askedAgain()
    let drill = try await sdk.drill()
    await carrier.askedAgain()
    #expect(try openFiles() == [])
    let snapshot = try await sdk.call { try $0.snapshot() }
    #expect(snapshot.incidents.contains { $0.id == drill && $0.state == .drillDone })
  }

  @Test func aBackgroundTaskDeliversAndSaysWhatStillWaits() async throws {
    let sdk = try await sdk()
    _ = try await waitingSos(sdk)
    await sdk.enterBackground()
    carrier.drop()
    try await centre.startAgain()
    clock.goOn(600_000)
    let drained = try await sdk.runBackgroundTask(deadlineMs: 600_000)
    #expect(drained.waiting == 0)
    #expect(try openFiles() == [])
    #expect(Readiness.lastBackgroundRunWallMs != nil)
  }

  @Test func whatAPortalAnsweredIsCarriedAgainAfterItsBackOff() async throws {
    let sdk = try await sdk()
    _ = try await waitingSos(sdk)
    await sdk.enterBackground()
    #expect(carrier.carried.map(\.afterMs) == [0], "the first one leaves at once")
    await withCheckedContinuation { told in
      #expect(sdk.handleEventsForBackgroundURLSession("test", deadlineMs: 0) { told.resume() })
      Task { await carrier.meetPortal() }
    }
    let again = try #require(carrier.carried.first)
    #expect(carrier.carried.count == 1 && (1...60_000).contains(again.afterMs), "\(carrier.carried)")
    #expect(try openFiles() == [])
  }

  @Test func aReceiptUnderAKeyThatIsNotKnownYetCountsBeforeTheAppSleepsAgain() async throws {
    try await centre.stop()
    let sdk = try await sdk()
    let sos = try await sdk.pressThrice(clock)
    _ = try await sdk.snapshot { $0.isUnanswered }
    await sdk.enterBackground()
    try await centre.startAgain()
    clock.goOn(31_000)
    await withCheckedContinuation { told in
      #expect(sdk.handleEventsForBackgroundURLSession("test") { told.resume() })
      Task { await carrier.goOn() }
    }
    #expect(try openFiles() == [])
    // What the next process finds on the disk.
    let next = try await self.sdk(carrier: TestCarrier())
    let snapshot = try await next.call { try $0.snapshot() }
    #expect(snapshot.incidents.contains { $0.id == sos && $0.state == .active } && snapshot.waiting.isEmpty, "\(snapshot)")
  }

  @Test func eventsOfAnotherSessionAreNotOurs() async throws {
    let sdk = try await sdk()
    #expect(!sdk.handleEventsForBackgroundURLSession("another") {})
    await withCheckedContinuation { told in
      #expect(sdk.handleEventsForBackgroundURLSession("test") { told.resume() })
      Task { await carrier.goOn() }
    }
  }
}

/// Says who asks, and tries to say more.
private final class Token: CredentialsPort {
  func headers() -> [Header] {
    [Header(name: "Authorization", value: "Bearer token"), Header(name: "Siaga-Secret", value: "mine")]
  }
}
