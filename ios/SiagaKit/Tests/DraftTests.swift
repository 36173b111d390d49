import Foundation
import Testing

@testable import SiagaKit

/// A report while it is written: what the screen of an app leans on.
@MainActor @Suite struct DraftTests {
  let folder: Folder
  let centre: TestCentre
  let report = Report(category: "fire", text: "Smoke above the market", subject: .witness, agencies: ["police"])

  init() async throws {
    (folder, centre) = (try Folder(), try await TestCentre())
  }

  func sdk() -> SiagaSdk { SiagaSdk(config: centre.config, folder: folder.url) }

  /// A draft, open to be written.
  func draft(_ sdk: SiagaSdk) async throws -> DraftModel {
    let draft = DraftModel(sdk, try await sdk.draft(Report(category: "", text: "")), keptWithin: .seconds(1_000_000))
    await draft.read()
    #expect(draft.isOpen)
    return draft
  }

  func drafts(_ sdk: SiagaSdk) async throws -> [IncidentId] {
    try await sdk.call { try $0.snapshot() }.incidents.filter { $0.state == .draft }.map(\.id)
  }

  @Test func whatIsWrittenIsKeptWhenTheScreenIsLeftAndIsThereInTheNextProcess() async throws {
    let sdk = self.sdk()
    let draft = try await draft(sdk)
    draft.report = report
    #expect(try await sdk.drafted(draft.id).text == "")
    await draft.leave(hasFiles: false)
    try await sdk.shutDown()
    let again = DraftModel(self.sdk(), draft.id)
    await again.read()
    #expect(again.report == report)
  }

  @Test func whatIsWrittenIsKeptSoonBeforeAnybodyLeaves() async throws {
    let sdk = self.sdk()
    let draft = DraftModel(sdk, try await sdk.draft(Report(category: "", text: "")), keptWithin: .zero)
    await draft.read()
    draft.report = report
    for await _ in sdk.snapshots() {
      if try await sdk.drafted(draft.id) == report { break }
    }
  }

  @Test func theWordsThatWereWrittenLastAreTheOnesThatAreKept() async throws {
    let sdk = self.sdk()
    let draft = try await draft(sdk)
    await withTaskGroup(of: Bool.self) { group in
      for n in 1...20 {
        draft.report.text = "\(n)"
        group.addTask { await draft.keep() }
        await Task.yield()
      }
    }
    #expect(try await sdk.drafted(draft.id).text == "20")
  }

  @Test func aTextThatIsTooLongStaysWithItsReasonUntilItIsShorter() async throws {
    let sdk = self.sdk()
    let draft = try await draft(sdk)
    draft.report = Report(category: "fire", text: String(repeating: "x", count: 4_001))
    #expect(await draft.keep() == false)
    #expect(draft.fault(of: .text) == .textTooLong(characters: 4_001))
    #expect(draft.fault(of: .place) == nil && draft.report.text.count == 4_001)
    #expect(await draft.send() == false)
    draft.report.text = "Fire"
    #expect(await draft.keep())
    #expect(draft.fault == nil)
    #expect(try await sdk.drafted(draft.id).text == "Fire")
  }

  @Test func withoutAKindItIsNotSentAndTheReasonStaysUntilOneIsChosen() async throws {
    let sdk = self.sdk()
    let draft = try await draft(sdk)
    draft.report.text = "Smoke"
    #expect(await draft.send() == false)
    #expect(draft.isOpen && draft.fault(of: .category) == .category)
    draft.report.text = "Much smoke"
    #expect(await draft.keep())
    #expect(draft.fault(of: .category) == .category)
    draft.report.category = "fire"
    #expect(await draft.keep())
    #expect(draft.fault == nil)
  }

  @Test func itIsSentAsItWasWrittenLastAndCannotBeWrittenAnyMore() async throws {
    let sdk = self.sdk()
    let draft = try await draft(sdk)
    draft.report = report
    await draft.keep()
    draft.report.text = "Smoke above the old market"
    #expect(await draft.send())
    #expect(!draft.isOpen)
    _ = try await sdk.snapshot { @Sendable [id = draft.id] in $0.isDelivered(id) }
    let incidents = try await centre.incidents()
    #expect(incidents.count == 1 && incidents.first?.contains("Smoke above the old market") == true, "\(incidents)")
    draft.report.text = "Nothing"
    #expect(await draft.keep())
    #expect(draft.fault == nil)
  }

  @Test func itIsThrownAwayWhenTheCitizenSaysSoOrWhenNothingWasWritten() async throws {
    let sdk = self.sdk()
    let (written, empty, withFile) = (try await draft(sdk), try await draft(sdk), try await draft(sdk))
    written.report = report
    await empty.leave(hasFiles: false)
    await withFile.leave(hasFiles: true)
    #expect(try await drafts(sdk) == [written.id, withFile.id])
    #expect(await written.discard())
    #expect(try await drafts(sdk) == [withFile.id])
    let gone = DraftModel(sdk, written.id)
    await gone.read()
    #expect(!gone.isOpen && gone.fault == .Report(fault: .noSuchDraft))
  }

  @Test func whatTheFieldsChangeIsWhatIsReported() {
    var report = Report(category: "fire", text: "Smoke", agencies: ["roads", "police"])
    report.placeWords = "north gate"
    #expect(report.place == nil && report.concerned == .me)
    report.place = Place(lat: -6.99, lon: 110.42)
    (report.placeWords, report.concerned) = ("north gate", .witness)
    (report[isFor: "police"], report[isFor: "ambulance"]) = (false, true)
    #expect(report.place?.words == "north gate" && report.subject == .witness)
    #expect(report.agencies == ["roads", "ambulance"] && report[isFor: "roads"])
    (report.placeWords, report.concerned) = ("", .me)
    #expect(report.place == Place(lat: -6.99, lon: 110.42) && report.subject == nil)
  }

  @Test func thePlaceIsWhereThePhoneIsWhenThatIsBelieved() {
    func known(_ m: Double, trusted: Bool) -> PositionView {
      .known(lat: -6.99, lon: 110.42, radius: Radius(m: m, confidence: 0.68), ageMs: 0, source: .gnss, trusted: trusted)
    }
    #expect(known(12.4, trusted: true).place == Place(lat: -6.99, lon: 110.42, radiusM: 12))
    #expect(known(0.2, trusted: true).place?.radiusM == 1)
    #expect(known(4e9, trusted: true).place?.radiusM == 100_000)
    #expect(known(12, trusted: false).place == nil)
    #expect(PositionView.unknown(.noSignal).place == nil)
  }
}
