// Stands for what the app takes of Apple's BackgroundTasks; see `SwiftUI.swift`.

import Foundation

open class BGTask {
  public func setTaskCompleted(success: Bool) {}
}

open class BGProcessingTaskRequest {
  public init(identifier: String) {}
  public var requiresNetworkConnectivity = false
  public var earliestBeginDate: Date?
}

public final class BGTaskScheduler: Sendable {
  public static let shared = BGTaskScheduler()
  @discardableResult
  public func register(
    forTaskWithIdentifier identifier: String, using queue: DispatchQueue?, launchHandler: @escaping (BGTask) -> Void
  ) -> Bool { false }
  public func submit(_ request: BGProcessingTaskRequest) throws {}
}
