import Foundation

/// What this phone allows, as far as the core cannot know it. Nothing of it stops an SOS; all of it makes one better.
public struct Readiness: Sendable, Equatable, Codable {
  /// Whether positions are allowed at all; without, an SOS goes without one.
  public var location = false
  /// Whether exact ones are, and not only a few kilometres around.
  public var preciseLocation = false
  /// Whether also while the app is not in front.
  public var locationInBackground = false
  /// Whether the phone's location switch is on (F48).
  public var locationOn = false
  /// Whether the app may show notifications.
  public var notifications = false
  /// Whether the phone saves battery: what waits may be sent late while the app is closed.
  public var batteryOptimised = false
  /// Whether this app is kept from running in the background at all.
  public var backgroundRestricted = false

  /// When a task, a transfer or a push last ran in the background, Unix milliseconds; none for never (F9).
  public internal(set) static var lastBackgroundRunWallMs: Int64? {
    get { (UserDefaults.standard.object(forKey: "io.siaga.background") as? NSNumber)?.int64Value }
    set { UserDefaults.standard.set(newValue.map { NSNumber(value: $0) }, forKey: "io.siaga.background") }
  }

  /// Whether something else is ready now than when last looked at, in this process or in an earlier one.
  static func isOtherwise(_ now: Readiness) -> Bool {
    let key = "io.siaga.readiness"
    let before = UserDefaults.standard.data(forKey: key).flatMap { try? JSONDecoder().decode(Readiness.self, from: $0) }
    if before != now { UserDefaults.standard.set(try? JSONEncoder().encode(now), forKey: key) }
    return before != nil && before != now
  }
}

extension SiagaSdk {
  /// What this phone allows just now; nothing is known of it on Linux.
  public func readiness() async -> Readiness? { await options.readinessNow?() }

  /// A permission or a setting may be another one: for when the citizen has answered.
  public func permissionsChanged() async {
    options.location?.recheck()
    guard let now = await readiness(), Readiness.isOtherwise(now) else { return }
    await options.readinessChanged?(now)
  }
}
