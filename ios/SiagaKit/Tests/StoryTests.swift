import Foundation
import Observation
import Testing

@testable import SiagaKit

/// What happens to a citizen, with the real library and the real centre.
@Suite struct StoryTests {
  let folder: Folder
  let centre: TestCentre
  let clock = TestClock()

  init() async throws {
    folder = try Folder()
    centre = try await TestCentre()
  }

  func sdk(_ positioning: TestPositioning? = nil) -> SiagaSdk {
    var options = SiagaOptions()
    (options.clock, options.location) = (clock, positioning)
    return SiagaSdk(config: centre.config, folder: folder.url, options: options)
  }

  @Test func threePressesAreAnSosAtTheCentreWithThePosition() async throws {
    let sdk = self.sdk(TestPositioning(.semarang))
    let sos = try await sdk.pressThrice(clock)
    _ = try await sdk.snapshot { snapshot in
      if case .known = snapshot.position { return snapshot.isDelivered(sos) }
      return false
    }
    let incidents = try await centre.incidents()
    #expect(incidents.count == 1)
    #expect(incidents.first?.contains(sos) == true)
    #expect(incidents.first?.contains("-6.98250, 110.40910") == true, "\(incidents)")
    #expect(incidents.first?.contains("12 m") == true)
  }

  @Test func withoutPermissionTheSosIsDeliveredAndSaysWhyThereIsNoPosition() async throws {
    let sdk = self.sdk(TestPositioning(.unable(.permissionDenied)))
    let sos = try await sdk.pressThrice(clock)
    let snapshot = try await sdk.snapshot { $0.isDelivered(sos) && $0.position == .unknown(.permissionDenied) }
    #expect(snapshot.incidents.first?.state == .active)
    let incidents = try await centre.incidents()
    #expect(incidents.count == 1)
    #expect(incidents.first?.contains("none: ") == true, "\(incidents)")
  }

  @Test func pressesOfAProcessThatWasKilledStillCount() async throws {
    let phone = try Child(program("SiagaPhone"), [folder.url.path, centre.config, "1000000", "press", "press"])
    let said = try await phone.lines(until: "done")
    #expect(said == ["counted(presses: 1, needed: 3)", "counted(presses: 2, needed: 3)", "done"])
    try await phone.die()

    clock.goOn(450)
    let sdk = self.sdk()
    guard case .triggered(let sos) = try await sdk.touch() else { throw NotCounted() }
    _ = try await sdk.snapshot { $0.isDelivered(sos) }
    #expect(try await centre.incidents().count == 1)
  }

  @Test func anSosOfAProcessThatWasKilledBeforeItSentIsDeliveredOnce() async throws {
    try await centre.stop()
    let phone = try Child(program("SiagaPhone"), [folder.url.path, centre.config, "1000000", "press", "press", "press"])
    let said = try await phone.lines(until: "done")
    try await phone.die()
    #expect(said.count == 4 && said[2].hasPrefix("triggered(incident: "))

    try await centre.startAgain()
    // An SOS is tried again within half a minute.
    clock.goOn(31_000)
    let sdk = self.sdk()
    let snapshot = try await sdk.snapshot { $0.incidents.contains { $0.receipt != nil && $0.pending == 0 } }
    let sos = try #require(snapshot.incidents.first?.id)
    #expect(said[2].contains(sos))
    let incidents = try await centre.incidents()
    #expect(incidents.count == 1)
    #expect(incidents.first?.contains(sos) == true)
  }

  @Test func whileAnotherProcessHoldsTheWriteLockAPressReturnsAndTheSosLeaves() async throws {
    let sdk = self.sdk()
    _ = try await sdk.call { try $0.snapshot() }
    let other = try Child(program("SiagaPhone"), [folder.url.path, "lock"])
    #expect(try await other.lines(until: "done") == ["locked", "done"])

    let sos = try await sdk.pressThrice(clock)
    let inMemory = try await sdk.snapshot { $0.isDelivered(sos) }
    #expect(inMemory.store == .inMemoryOnly)

    try await other.die()
    clock.goOn(5_000)
    try await sdk.call { try $0.networkChanged() }
    _ = try await sdk.snapshot { $0.store == .durable && $0.isDelivered(sos) }
    try await sdk.shutDown()
    let after = try await self.sdk().call { try $0.snapshot() }
    #expect(after.incidents.map(\.id) == [sos])
    #expect(try await centre.incidents().count == 1)
  }

  @Test func twoInstancesOnOneFolderAreOnePhone() async throws {
    let (first, second) = (sdk(), sdk())
    #expect(try await first.touch() == .counted(presses: 1, needed: 3))
    clock.goOn(150)
    #expect(try await second.touch() == .counted(presses: 2, needed: 3))
    clock.goOn(150)
    guard case .triggered(let sos) = try await first.touch() else { throw NotCounted() }
    #expect(try await second.call { try $0.snapshot() }.incidents.map(\.id) == [sos])
    _ = try await first.snapshot { $0.isDelivered(sos) }
    let incidents = try await centre.incidents()
    #expect(incidents.count == 1, "\(incidents)")
  }

  @Test func aDrillGoesTheWholeWayAndIsNoEmergency() async throws {
    let sdk = self.sdk()
    let drill = try await sdk.drill()
    let done = try await sdk.snapshot { $0.incidents.contains { $0.id == drill && $0.state == .drillDone } }
    #expect(done.incidents.first?.drill == true)
    #expect(try await centre.incidents().first?.contains("class=\"badge drill\"") == true)
  }

  @Test func aCancelIsDeliveredAfterItsSos() async throws {
    let sdk = self.sdk()
    let sos = try await sdk.pressThrice(clock)
    #expect(try await sdk.cancel(.code("1234")) == sos)
    _ = try await sdk.snapshot { $0.incidents.contains { $0.state == .cancelled && $0.pending == 0 } }
    #expect(try await centre.incidents().first?.contains("Cancelled by the citizen") == true)
    await #expect(throws: SiagaError.NothingOpen) { try await sdk.cancel() }
  }

  @Test @MainActor func theModelShowsWhatTheCentreSaid() async throws {
    let sdk = self.sdk()
    let model = SiagaModel(sdk)
    let sos = try await sdk.pressThrice(clock)
    while model.snapshot?.isDelivered(sos) != true {
      await withCheckedContinuation { changed in
        withObservationTracking {
          _ = model.snapshot
        } onChange: {
          changed.resume()
        }
      }
    }
  }
}
