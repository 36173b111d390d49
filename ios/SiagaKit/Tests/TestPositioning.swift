import Foundation

@testable import SiagaKit

/// Positioning that says what a test wants.
final class TestPositioning: Positioning, @unchecked Sendable {
  private let lock = NSLock()
  private let reports: [LocationReport]
  private var report: @Sendable (LocationReport) -> Void = { _ in }
  private var stopped: @Sendable () -> Void = {}
  private var isAwake = false

  init(_ reports: LocationReport...) {
    self.reports = reports
  }

  var keepsAwake: Bool {
    get { lock.withLock { isAwake } }
    set { lock.withLock { isAwake = newValue } }
  }

  func attach(_ report: @escaping @Sendable (LocationReport) -> Void, stopped: @escaping @Sendable () -> Void) {
    lock.withLock { (self.report, self.stopped) = (report, stopped) }
  }

  func start() {
    reports.forEach(lock.withLock { report })
  }

  func stop() {
    keepsAwake = false
    lock.withLock { stopped }()
  }

  func recheck() {}
}

extension LocationReport {
  /// Semarang, two seconds ago.
  static let semarang = AppleFix(lat: -6.9825, lon: 110.4091, horizontalAccuracyM: 12, takenWallMs: 1_760_000_000_000)
    .report(ageMs: 2_000)
}
