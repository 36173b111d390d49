// Stands for what the app takes of Apple's UIKit; see `SwiftUI.swift`.

@_exported import Foundation

@MainActor
open class UIApplication: NSObject {
  public struct LaunchOptionsKey: Hashable, Sendable {}
}

public enum UIBackgroundFetchResult: Sendable { case newData, noData, failed }

@MainActor
public protocol UIApplicationDelegate: AnyObject {
  func application(_ app: UIApplication, didFinishLaunchingWithOptions options: [UIApplication.LaunchOptionsKey: Any]?) -> Bool
  func application(
    _ app: UIApplication, handleEventsForBackgroundURLSession identifier: String, completionHandler: @escaping () -> Void)
  func application(_ app: UIApplication, didReceiveRemoteNotification message: [AnyHashable: Any]) async
    -> UIBackgroundFetchResult
  func applicationDidEnterBackground(_ app: UIApplication)
}
