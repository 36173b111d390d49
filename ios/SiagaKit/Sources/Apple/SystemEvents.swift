#if os(iOS) && canImport(UIKit) && canImport(Network)
  import Network
  import UIKit

  /// Tells the core when the app leaves the screen and comes back, when the network is another one, and whether it is metered.
  @MainActor
  final class SystemEvents {
    private let network = NWPathMonitor()
    private var observers: [any NSObjectProtocol] = []

    init(_ sdk: SiagaSdk) {
      observe(UIApplication.didEnterBackgroundNotification) { [weak sdk] in Self.left(sdk) }
      observe(UIApplication.willEnterForegroundNotification) { [weak sdk] in Task { await sdk?.enterForeground() } }
      // Started by the system, not by the citizen.
      if UIApplication.shared.applicationState == .background { Self.left(sdk) }
      let last = Locked<[String]?>(nil)
      network.pathUpdateHandler = { [weak sdk] path in
        // The core looks whether that is news. Low Data Mode is the citizen's own word.
        if path.status == .satisfied { sdk?.tell(isMetered: path.isExpensive || path.isConstrained) }
        let ways = path.status == .satisfied ? path.availableInterfaces.map(\.name) : []
        // The one that is there already is no news, and connections over it are not to be cut.
        guard let before = last.exchange(ways), ways != before, !ways.isEmpty else { return }
        Task { try? await sdk?.call { try $0.networkChanged() } }
      }
      network.start(queue: DispatchQueue(label: "io.siaga.network"))
    }

    deinit {
      network.cancel()
      for observer in observers { NotificationCenter.default.removeObserver(observer) }
    }

    /// The system gives some seconds when they are asked for, and ends the process that does not say when it is done.
    private static func left(_ sdk: SiagaSdk?) {
      let task = Locked(UIBackgroundTaskIdentifier.invalid)
      let end = { @MainActor @Sendable in UIApplication.shared.endBackgroundTask(task.with { $0 }) }
      _ = task.exchange(UIApplication.shared.beginBackgroundTask(expirationHandler: end))
      Task {
        await sdk?.enterBackground()
        end()
      }
    }

    private func observe(_ name: Notification.Name, _ body: @escaping @MainActor @Sendable () -> Void) {
      let call = { @Sendable (_: Notification) in MainActor.assumeIsolated(body) }
      observers.append(NotificationCenter.default.addObserver(forName: name, object: nil, queue: .main, using: call))
    }
  }
#endif
