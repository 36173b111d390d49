import Observation

/// The snapshot for SwiftUI: nothing but what the core says, on the main thread.
@MainActor @Observable
public final class SiagaModel {
  /// What the screen draws; none until the core is open.
  public private(set) var snapshot: Snapshot?
  @ObservationIgnored private var following: Task<Void, Never>?

  /// Follows `sdk` until the model is let go of.
  public init(_ sdk: SiagaSdk) {
    following = Task { [weak self] in
      for await snapshot in sdk.snapshots() {
        self?.snapshot = snapshot
      }
    }
  }

  deinit {
    following?.cancel()
  }
}
