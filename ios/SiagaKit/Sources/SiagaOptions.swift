/// What a host may add. Everything can be left out.
public struct SiagaOptions: Sendable {
  /// How a press is felt.
  public var haptics = Haptics.normal
  /// Headers that identify the citizen to the centre, as `KeychainCredentials` keeps them. Asked on a thread that may block
  /// for 2 s; an SOS goes without.
  public var credentials: (any CredentialsPort)?
  /// The host's own HTTP stack; without it the core's. Called on the thread of a press: it must not wait.
  public var transport: (any TransportPort)?
  /// Told what happens inside. Nothing in a note identifies a person or a place. Called on the thread of a press: as above.
  public var log: (any LogPort)?
  /// Told on the main thread when permissions and settings are not what they were when last looked at (F47).
  public var readinessChanged: (@MainActor @Sendable (Readiness) -> Void)?

  // What the platform gives, and nobody else; nothing on Linux.
  var clock: (any ClockPort)?
  var location: (any Positioning)?
  var preview: (any PreviewPort)?
  var carrier: (any TransferCarrier)?
  var readinessNow: (@Sendable () async -> Readiness)?
  /// Forwards what the system tells, as long as what it answers is kept.
  var follow: (@MainActor @Sendable (SiagaSdk) -> AnyObject)?

  /// With nothing added.
  public init() {}
}

/// How a press is felt. A phone that buzzes can give away who calls for help (F79).
public enum Haptics: String, Sendable, CaseIterable {
  /// Not at all, as faint as the phone can, or a click for each press and a strong one when it made an SOS.
  case none, faint, normal

  /// The finger is on the button: says nothing about the SOS, for nothing is recorded yet.
  @MainActor
  public func touched() {
    #if os(iOS)
      play(.medium)
    #endif
  }

  /// There is an SOS, and it is recorded.
  @MainActor
  public func triggered() {
    #if os(iOS)
      play(.heavy)
    #endif
  }
}
