import Dispatch
import Foundation

/// A platform's positioning. No call waits.
protocol Positioning: LocationPort {
  /// Whether positions come that go on while the app is in the background, and keep the process awake by it.
  var keepsAwake: Bool { get }
  /// Told once, before anything else: where reports go, and whom to tell that positions ended.
  func attach(_ report: @escaping @Sendable (LocationReport) -> Void, stopped: @escaping @Sendable () -> Void)
  /// A permission or a setting may be another one.
  func recheck()
}

/// One position as Apple's positioning states it: a negative number means that it does not know.
struct AppleFix {
  var lat, lon: Double
  /// The radius within which the place lies in 68 of 100 cases, in metres; negative: there is no position at all.
  var horizontalAccuracyM: Double
  var altitudeM = 0.0, verticalAccuracyM = -1.0, speedMps = -1.0, courseDeg = -1.0
  /// Unix milliseconds: positions carry a wall time and no other.
  var takenWallMs: Int64
  /// Whether software made it up.
  var isSimulated = false

  /// What the core is told of it.
  func report(ageMs: UInt64) -> LocationReport {
    guard horizontalAccuracyM >= 0 else { return .unable(.noSignal) }
    return .fix(
      FixReading(
        lat: lat, lon: lon, radius: horizontalAccuracyM > 0 ? Radius(m: horizontalAccuracyM, confidence: 0.68) : nil,
        altitudeM: verticalAccuracyM > 0 ? altitudeM : nil, speedMps: speedMps >= 0 ? speedMps : nil,
        bearingDeg: courseDeg >= 0 ? courseDeg : nil, source: .fused, mock: isSimulated, ageMs: ageMs,
        statedWallMs: takenWallMs))
  }
}

/// A moment on the wall clock and on one that nobody can set, both in milliseconds.
struct Moment: Sendable {
  var wallMs, steadyMs: Int64

  static var now: Moment {
    let steady = Int64(clamping: DispatchTime.now().uptimeNanoseconds / 1_000_000)
    return Moment(wallMs: Int64((Date().timeIntervalSince1970 * 1_000).rounded()), steadyMs: steady)
  }
}

/// How old positions are, although they carry a wall time. When that clock was set since the position before, nobody knows by
/// which setting the new one was stamped: the greater age counts, so that no old place looks fresh (F42).
struct WallStamps {
  /// Wall time less steady time, when the position before came.
  private var offsetMs: Int64?

  mutating func ageMs(of takenWallMs: Int64, now: Moment) -> UInt64 {
    let offset = now.wallMs - now.steadyMs
    let nowMs = now.steadyMs + max(offset, offsetMs ?? offset)
    offsetMs = offset
    let (age, overflow) = nowMs.subtractingReportingOverflow(takenWallMs)
    return overflow ? (takenWallMs < 0 ? UInt64.max : 0) : UInt64(max(0, age))
  }
}

/// How exact positions are asked for (F49). At first help is on its way and looks for the citizen; later, and on a phone that
/// saves battery, whoever walks is so many metres further. None: as the phone can.
func paceM(wantedMs: Int64, isSaving: Bool) -> Double? {
  wantedMs < 600_000 ? (isSaving ? 10 : nil) : (isSaving ? 100 : 20)
}
