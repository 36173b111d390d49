/// What the system asks of a process that is not on the screen. The host registers its own tasks and forwards them; none is
/// registered here.
extension SiagaSdk {
  /// The app left the screen: what is on its way goes to the system, and every file is let go of (F57, F58). While positions
  /// keep the process awake it goes on by itself, and sleeps when they end.
  public func enterBackground() async {
    isInBackground.with { $0 = true }
    await sleepAgain()
  }

  /// The app is on the screen again.
  public func enterForeground() async {
    isInBackground.with { $0 = false }
    try? await on(inOrder) { try $0.resume() }
    await permissionsChanged()
  }

  /// For the handler of the host's own `BGTask`: delivers until nothing waits or `deadlineMs` is over, and sleeps again. The
  /// default is what the least of them get, less some seconds to go to sleep in.
  public func runBackgroundTask(deadlineMs: UInt64 = 20_000) async throws -> Drained {
    Readiness.lastBackgroundRunWallMs = Moment.now.wallMs
    try await on(inOrder) { try $0.resume() }
    let drained = try await call { try $0.drain(deadlineMs: deadlineMs) }
    await sleepAgain()
    return drained
  }

  /// For `application(_:didReceiveRemoteNotification:)`: the centre may have news. Nothing of the message is believed.
  public func pushReceived() async throws {
    let isAsleep = isInBackground.with { $0 }
    if isAsleep { try await on(inOrder) { try $0.resume() } }
    try await call { try $0.pushReceived() }
    if isAsleep { _ = try await runBackgroundTask() }
  }

  /// For `application(_:handleEventsForBackgroundURLSession:completionHandler:)`. Says whether the session is ours;
  /// `completion` is called on the main thread when all that ended is on the disk, and what still waits, because somebody who
  /// is not the centre replied or a key is missing, had `deadlineMs` of its own and is carried again.
  public func handleEventsForBackgroundURLSession(
    _ identifier: String, deadlineMs: UInt64 = 15_000, completion: @escaping @MainActor @Sendable () -> Void
  ) -> Bool {
    guard let carrier = options.carrier, identifier == carrier.identifier else { return false }
    carrier.whenAllTold { [self] in
      Task {
        if isInBackground.with({ $0 }) { _ = try? await runBackgroundTask(deadlineMs: deadlineMs) }
        completion()
      }
    }
    return true
  }

  /// Lets go of the files and hands over what is on its way, unless the app came back meanwhile or positions keep it awake. The
  /// files first: credentials may let the hand-over wait. Without a carrier the system's seconds are used to deliver.
  func sleepAgain() async {
    if options.carrier == nil { _ = try? await call { try $0.drain(deadlineMs: 20_000) } }
    let transfers = try? await on(inOrder) { [self] siaga -> [Transfer]? in
      guard isInBackground.with({ $0 }), options.location?.keepsAwake != true else { return nil }
      defer { try? siaga.prepareSuspend() }
      return try siaga.takeTransfers()
    }
    await starting.with { $0 }?.value
    if let transfers { await self.transfers?.handOver(transfers) }
  }

  /// Runs `body` when the app is in the background.
  func inTheBackground(_ body: @escaping @Sendable (SiagaSdk) async -> Void) {
    if isInBackground.with({ $0 }) { Task { await body(self) } }
  }
}
