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

@MainActor
public final class UIImage {
  public func jpegData(compressionQuality: Double) -> Data? { nil }
}

@MainActor
public protocol UINavigationControllerDelegate: AnyObject {}

@MainActor
public protocol UIImagePickerControllerDelegate: AnyObject {
  func imagePickerController(
    _ picker: UIImagePickerController, didFinishPickingMediaWithInfo info: [UIImagePickerController.InfoKey: Any])
  func imagePickerControllerDidCancel(_ picker: UIImagePickerController)
}

@MainActor
public final class UIImagePickerController {
  public struct InfoKey: Hashable, Sendable {
    public static let mediaURL = InfoKey(), originalImage = InfoKey()
  }
  public enum SourceType { case camera, photoLibrary }
  public init() {}
  public static func isSourceTypeAvailable(_ type: SourceType) -> Bool { false }
  public var sourceType = SourceType.photoLibrary
  public var mediaTypes: [String] = []
  public weak var delegate: (any UIImagePickerControllerDelegate & UINavigationControllerDelegate)?
}
