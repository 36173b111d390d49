// Stands for what the app takes of Apple's UserNotifications; see `SwiftUI.swift`.

public struct UNAuthorizationOptions: OptionSet, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
  public static let alert = Self(rawValue: 1), sound = Self(rawValue: 2)
}

public final class UNUserNotificationCenter: Sendable {
  public static func current() -> UNUserNotificationCenter { UNUserNotificationCenter() }
  public func requestAuthorization(options: UNAuthorizationOptions) async throws -> Bool { false }
}
