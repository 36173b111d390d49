import Foundation
import Testing

@testable import SiagaKit

/// What is made of a platform's positions.
@Suite struct LocationTests {
  func fix(_ change: (inout AppleFix) -> Void = { _ in }) -> FixReading? {
    var fix = AppleFix(lat: -6.98, lon: 110.4, horizontalAccuracyM: 12, takenWallMs: 5_000)
    change(&fix)
    if case .fix(let reading) = fix.report(ageMs: 7) { return reading }
    return nil
  }

  @Test func aRadiusComesWithItsConfidence() {
    #expect(fix()?.radius == Radius(m: 12, confidence: 0.68))
    #expect(fix { $0.horizontalAccuracyM = 0 }?.radius == nil)
  }

  @Test func aNegativeRadiusIsNoPosition() {
    let none = AppleFix(lat: 1, lon: 2, horizontalAccuracyM: -1, takenWallMs: 0)
    #expect(none.report(ageMs: 0) == .unable(.noSignal))
  }

  @Test func whatIsNotKnownIsLeftOut() {
    let reading = fix()
    #expect(reading?.altitudeM == nil && reading?.speedMps == nil && reading?.bearingDeg == nil)
    let known = fix {
      ($0.altitudeM, $0.verticalAccuracyM, $0.speedMps, $0.courseDeg) = (30, 5, 0, 0)
    }
    #expect(known?.altitudeM == 30 && known?.speedMps == 0 && known?.bearingDeg == 0)
  }

  @Test func aPositionThatSoftwareMadeUpSaysSo() {
    #expect(fix()?.mock == false && fix { $0.isSimulated = true }?.mock == true)
    #expect(fix()?.statedWallMs == 5_000 && fix()?.ageMs == 7 && fix()?.source == .fused)
  }

  @Test func aPositionIsAsOldAsItsStampSays() {
    var stamps = WallStamps()
    #expect(stamps.ageMs(of: 99_000, now: Moment(wallMs: 100_000, steadyMs: 10_000)) == 1_000)
    #expect(stamps.ageMs(of: 100_500, now: Moment(wallMs: 102_000, steadyMs: 12_000)) == 1_500)
  }

  @Test func aClockThatWasSetBackMakesNoOldPlaceFresh() {
    var stamps = WallStamps()
    _ = stamps.ageMs(of: 100_000, now: Moment(wallMs: 100_000, steadyMs: 10_000))
    // An hour back; the position was taken 20 s ago, by the clock as it was.
    let now = Moment(wallMs: 100_000 + 60_000 - 3_600_000, steadyMs: 70_000)
    #expect(stamps.ageMs(of: 140_000, now: now) == 20_000)
  }

  @Test func aStampOfTheFutureIsNoAge() {
    var stamps = WallStamps()
    #expect(stamps.ageMs(of: 200_000, now: Moment(wallMs: 100_000, steadyMs: 10_000)) == 0)
    #expect(stamps.ageMs(of: .max, now: Moment(wallMs: 100_000, steadyMs: 10_000)) == 0)
    #expect(stamps.ageMs(of: .min, now: Moment(wallMs: 100_000, steadyMs: 10_000)) == .max, "an old place is never fresh")
  }

  @Test func whoIsLookedForIsFoundAndLaterTheBatteryLasts() {
    #expect(paceM(wantedMs: 0, isSaving: false) == nil)
    #expect(paceM(wantedMs: 600_000, isSaving: false) == 20)
    #expect(paceM(wantedMs: 0, isSaving: true) == 10)
    #expect(paceM(wantedMs: 600_000, isSaving: true) == 100)
  }
}
