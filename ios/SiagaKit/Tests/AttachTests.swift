import Foundation
import Testing

@testable import SiagaKit

/// Files that a citizen chose, and what may be wrong with them.
@Suite struct AttachTests {
  let folder: Folder
  let files: Folder
  let centre: TestCentre
  let clock = TestClock()
  /// A photo by its first bytes, longer than one read.
  let photo = Data([0xFF, 0xD8, 0xFF, 0xE0]) + Data((0..<300_000).map { UInt8($0 % 251) })

  init() async throws {
    (folder, files) = (try Folder(), try Folder())
    centre = try await TestCentre()
  }

  func sdk() -> SiagaSdk {
    var options = SiagaOptions()
    options.clock = clock
    return SiagaSdk(config: centre.config, folder: folder.url, options: options)
  }

  func write(_ name: String, _ data: Data) throws -> URL {
    let url = files.url.appendingPathComponent(name)
    try data.write(to: url)
    return url
  }

  func file(_ sdk: SiagaSdk, _ id: FileId) async throws -> FileView? {
    try await sdk.call { try $0.snapshot() }.incidents.flatMap(\.files).first { $0.id == id }
  }

  @Test func aDraftIsEditedReadAndSubmittedWithItsFileAndAnotherIsThrownAway() async throws {
    let sdk = sdk()
    let draft = try await sdk.draft(Report(category: "", text: "Smoke"))
    _ = try await sdk.attach(incident: draft, url: try write("photo.jpg", photo))
    let place = Place(lat: -6.99, lon: 110.42, radiusM: 50, words: "north gate")
    let edited = Report(category: "fire", text: "Fire", place: place, subject: .witness, agencies: ["police"])
    try await sdk.edit(draft, edited)
    #expect(try await sdk.drafted(draft) == edited)
    try await sdk.submitDraft(draft)
    try await sdk.addNote(draft, "A second car")
    let other = try await sdk.draft(Report(category: "noise", text: "Music"))
    try await sdk.discard(other)
    await #expect(throws: SiagaError.self) { try await sdk.drafted(other) }
    let shown = try await sdk.call { try $0.snapshot() }.incidents
    #expect(shown.map(\.id) == [draft] && shown.first?.state != .draft && shown.first?.files.count == 1)
  }

  @Test func aFileIsOursWhenTheCallReturnsAndTheCentreConfirmsIt() async throws {
    let sdk = sdk()
    let sos = try await sdk.pressThrice(clock)
    let url = try write("photo 1.jpg", photo)
    let id = try await sdk.attach(incident: sos, url: url)
    try FileManager.default.removeItem(at: url)
    let file = try #require(try await file(sdk, id))
    #expect((file.name, file.bytes, file.mediaType) == ("photo 1.jpg", UInt64(photo.count), .jpeg))
    _ = try await sdk.snapshot { snapshot in
      snapshot.incidents.flatMap(\.files).contains { file in
        if case .confirmed = file.state { file.id == id } else { false }
      }
    }
  }

  @Test func whatIsInMemoryArrivesWholeUnderANameThatNamesNothingOutside() async throws {
    let sdk = sdk()
    let sos = try await sdk.pressThrice(clock)
    for (name, shown) in [("../../x.jpg", "x.jpg"), ("a\u{0}\u{202E}b", "ab"), ("🧑‍🚒.jpg", "🧑‍🚒.jpg")] {
      let data = photo + Data(name.utf8)
      let id = try await sdk.attach(incident: sos, name: name, data: data)
      let file = try #require(try await file(sdk, id))
      #expect((file.name, file.bytes) == (shown, UInt64(data.count)))
    }
    // The same bytes in the same incident are one file, however they came.
    let url = try write("same.jpg", photo + Data("../../x.jpg".utf8))
    #expect(try await file(sdk, sdk.attach(incident: sos, url: url))?.name == "x.jpg")
  }

  @Test func whatIsNoFileOrIsGoneIsDeclinedWithTheReason() async throws {
    let sdk = sdk()
    let sos = try await sdk.pressThrice(clock)
    let link = files.url.appendingPathComponent("link.jpg")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: write("photo.jpg", photo))
    let faults: [(URL, AttachFault)] = [
      (files.url, .notAFile), (link, .notAFile), (files.url.appendingPathComponent("gone.jpg"), .unreadable),
      (try #require(URL(string: "https://example.org/photo.jpg")), .notAFile), (try write("empty.jpg", Data()), .empty),
      (try write("text.jpg", Data("text".utf8)), .unknownType),
    ]
    for (url, fault) in faults {
      await #expect(throws: SiagaError.Attach(fault: fault)) { try await sdk.attach(incident: sos, url: url) }
    }
    await #expect(throws: SiagaError.Attach(fault: .empty)) {
      try await sdk.attach(incident: sos, name: "nothing.jpg", data: Data())
    }
    let unknown = "0190a5d0-7b1e-7cc3-9a55-0123456789ab"
    await #expect(throws: SiagaError.Attach(fault: .noSuchIncident)) {
      try await sdk.attach(incident: unknown, name: "a.jpg", data: photo)
    }
    #expect(try await sdk.call { try $0.snapshot() }.incidents.first?.files.isEmpty == true)
  }

  @Test func whatTheLibraryGaveIsCopiedAttachedAndLetGoOfWhetherItWentWellOrNot() async throws {
    let sdk = sdk()
    let sos = try await sdk.pressThrice(clock)
    for (bytes, isTaken) in [(photo, true), (Data("text".utf8), false)] {
      let lent = try write("IMG_1.jpg", bytes)
      let picked = try PickedFile(of: lent)
      try FileManager.default.removeItem(at: lent)
      let id = try? await sdk.attach(incident: sos, picked: picked)
      #expect((id != nil) == isTaken)
      #expect(!FileManager.default.fileExists(atPath: picked.url.deletingLastPathComponent().path))
    }
    #expect(throws: (any Error).self) { try PickedFile(of: files.url.appendingPathComponent("gone.jpg")) }
    #expect(try await sdk.call { try $0.snapshot() }.incidents.first?.files.map(\.name) == ["IMG_1.jpg"])
  }

  @Test func afterItWasShutDownItSaysSo() async throws {
    let sdk = sdk()
    let sos = try await sdk.pressThrice(clock)
    try await sdk.shutDown()
    await #expect(throws: SiagaError.Closed) { try await sdk.attach(incident: sos, name: "a.jpg", data: photo) }
  }
}
