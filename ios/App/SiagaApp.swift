import BackgroundTasks
import SiagaKit
import SwiftUI
import UIKit

/// The app: shows the button, and forwards what the system tells the process.
@main
struct SiagaApp: App {
  @UIApplicationDelegateAdaptor(Forwarding.self) private var forwarding

  var body: some Scene {
    WindowGroup {
      NavigationStack { SosScreen() }.environment(forwarding.phone)
    }
  }
}

/// What only a host can take: background tasks, transfers and pushes.
@MainActor
final class Forwarding: NSObject, UIApplicationDelegate {
  static let task = "io.siaga.app.deliver"
  let phone = Phone()

  func application(_ app: UIApplication, didFinishLaunchingWithOptions options: [UIApplication.LaunchOptionsKey: Any]?) -> Bool {
    BGTaskScheduler.shared.register(forTaskWithIdentifier: Self.task, using: .main) { [phone] task in
      nonisolated(unsafe) let task = task
      Task {
        let drained = try? await phone.sdk.runBackgroundTask()
        task.setTaskCompleted(success: drained?.waiting == 0)
      }
    }
    return true
  }

  func application(
    _ app: UIApplication, handleEventsForBackgroundURLSession identifier: String, completionHandler: @escaping () -> Void
  ) {
    nonisolated(unsafe) let done = completionHandler
    if !phone.sdk.handleEventsForBackgroundURLSession(identifier, completion: { done() }) { completionHandler() }
  }

  func application(
    _ app: UIApplication, didReceiveRemoteNotification message: [AnyHashable: Any]
  ) async -> UIBackgroundFetchResult {
    (try? await phone.sdk.pushReceived()) == nil ? .failed : .newData
  }

  /// Asks for a background task, as soon as something may be sent.
  func applicationDidEnterBackground(_ app: UIApplication) {
    Task { [phone] in
      guard let wake = try? await phone.sdk.call({ try $0.nextWake() }) else { return }
      let request = BGProcessingTaskRequest(identifier: Self.task)
      request.requiresNetworkConnectivity = true
      request.earliestBeginDate = Date(timeIntervalSinceNow: Double(wake.inMs) / 1_000)
      try? BGTaskScheduler.shared.submit(request)
    }
  }
}
