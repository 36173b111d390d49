import Dispatch
import Foundation

/// Siaga in this process. No call waits on the caller's thread, so each may be made on the main one. What is thrown is a
/// `SiagaError`. Letting go of it closes it; what waits is delivered after the next start.
public final class SiagaSdk: Sendable {
  /// What the host has set.
  public let options: SiagaOptions
  let opening: Opening
  let transfers: TransferService?
  let isInBackground = Locked(false)
  /// What must stay in its order: snapshots, positions, and going to sleep and waking.
  let inOrder = DispatchQueue(label: "io.siaga.in-order", qos: .userInitiated)
  /// All other calls, side by side: none waits for another one that the platform keeps.
  private let calls = DispatchQueue(label: "io.siaga.calls", qos: .userInitiated, attributes: .concurrent)
  private let following = Locked<AnyObject?>(nil)
  /// Ends when this process knows what the system carries.
  let starting = Locked<Task<Void, Never>?>(nil)

  /// Starts Siaga under the agency's configuration, a JSON document, with all that the phone has. Returns at once: what keeps
  /// the core from opening is what every call then says, and tries again.
  public convenience init(config: String, options: SiagaOptions = SiagaOptions()) {
    let support = FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask).first
    let folder = (support ?? FileManager.default.temporaryDirectory).appendingPathComponent("Siaga")
    #if os(iOS)
      self.init(config: config, folder: folder, options: options.withPhone(folder, config))
    #else
      self.init(config: config, folder: folder, options: options)
    #endif
  }

  /// With the core alone, in `folder`: the app's own, outside every app group and every backup. It is made when missing.
  public init(config: String, folder: URL, options: SiagaOptions = SiagaOptions()) {
    #if canImport(Darwin)
      let clock = options.clock ?? AppleClock()
    #else
      let clock = options.clock
    #endif
    let opening = Opening {
      let ports = Ports(
        clock: clock, location: options.location, log: options.log, credentials: options.credentials,
        preview: options.preview, transport: options.transport)
      return try Siaga.open(folder: folder.path, config: config, ports: ports)
    }
    (self.options, self.opening) = (options, opening)
    transfers = options.carrier.map { TransferService($0, opening, folder, options.credentials) }
    options.location?.attach { [inOrder, weak opening] report in
      inOrder.async { [opening] in try? opening?.siaga().location(report: report) }
    } stopped: { [weak self] in
      self?.inTheBackground { await $0.sleepAgain() }
    }
    calls.async { _ = try? opening.siaga() }
    _ = starting.exchange(Task { [transfers] in await transfers?.reconcile() })
    Task { @MainActor [weak self] in
      guard let self else { return }
      _ = following.exchange(options.follow?(self))
      await permissionsChanged()
    }
  }

  deinit {
    // Closing commits, and the last owner may be the main thread.
    calls.async { [opening] in try? opening.shutDown() }
  }

  /// A press of the button, touched at that moment. The answer comes after the commit: what it says is on the disk, or the
  /// snapshot says otherwise.
  public func press(_ source: Source, at touched: DispatchTime = .now()) async throws -> PressAnswer {
    try await asked { try $0.press(source: source, agoMs: touched.agoMs) }
  }

  /// Starts a drill: the whole way of an SOS, which nobody can take for one.
  public func drill() async throws -> IncidentId { try await asked { try $0.drill() } }

  /// Calls the open SOS off, or else the open drill.
  public func cancel(_ auth: CancelAuth = .none) async throws -> IncidentId { try await asked { try $0.cancel(auth: auth) } }

  /// Queues an ordinary report.
  public func submit(_ report: Report) async throws -> IncidentId { try await asked { try $0.submit(report: report) } }

  /// Records of ended incidents, the newest first.
  public func history(newest: UInt32) async throws -> [IncidentView] { try await call { try $0.history(newest: newest) } }

  /// Anything else that the core can: `try await sdk.call { try $0.identityChanged() }`.
  public func call<T: Sendable>(_ work: @escaping @Sendable (Siaga) throws -> T) async throws -> T {
    try await on(calls, work)
  }

  /// The snapshot as it is, and after each change, as long as somebody reads; who reads slowly gets the newest alone. Ends at
  /// once when the core cannot be opened.
  public func snapshots() -> AsyncStream<Snapshot> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      inOrder.async { [opening, inOrder] in
        guard let siaga = try? opening.siaga() else { return continuation.finish() }
        let show = { @Sendable in
          if let snapshot = try? siaga.snapshot() { continuation.yield(snapshot) }
        }
        let subscription = try? siaga.subscribe(listener: EachChange { inOrder.async(execute: show) })
        continuation.onTermination = { _ in try? subscription?.cancel() }
        show()
      }
    }
  }

  /// Ends it in this process: every later call throws `SiagaError.Closed`.
  public func shutDown() async throws { try await onQueue(calls) { [opening] in try opening.shutDown() } }

  /// The network's bytes are paid for, or not: in the order in which it is told.
  func tell(isMetered: Bool) { inOrder.async { [opening] in try? opening.siaga().networkMetered(metered: isMetered) } }

  func on<T: Sendable>(_ queue: DispatchQueue, _ work: @escaping @Sendable (Siaga) throws -> T) async throws -> T {
    try await onQueue(queue) { [opening] in try work(opening.siaga()) }
  }

  /// A call that the citizen asked for. It wakes a core that sleeps, which then has to be brought to sleep again.
  func asked<T: Sendable>(_ work: @escaping @Sendable (Siaga) throws -> T) async throws -> T {
    defer { inTheBackground { _ = try? await $0.runBackgroundTask() } }
    return try await call(work)
  }
}

/// Runs work on a queue. It may block: the queue's thread is none of Swift's own few.
private func onQueue<T: Sendable>(_ queue: DispatchQueue, _ work: @escaping @Sendable () throws -> T) async throws -> T {
  try await withCheckedThrowingContinuation { continuation in
    queue.async { continuation.resume(with: Result(catching: work)) }
  }
}

extension DispatchTime {
  /// How long ago it was; 0 for a moment to come.
  fileprivate var agoMs: UInt32 {
    let (ns, isToCome) = Self.now().uptimeNanoseconds.subtractingReportingOverflow(uptimeNanoseconds)
    return isToCome ? 0 : UInt32(clamping: ns / 1_000_000)
  }
}

/// A listener that is a closure.
private final class EachChange: Listener {
  private let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  func changed(revision: UInt64) { body() }
}
