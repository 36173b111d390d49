import Foundation

/// The core, opened by the first call. One that could not be opened is tried again by the next call.
final class Opening: Sendable {
  private enum State {
    case notYet
    case open(Siaga)
    case shutDown
  }

  private let open: @Sendable () throws -> Siaga
  private let state = Locked(State.notYet)

  init(_ open: @escaping @Sendable () throws -> Siaga) { self.open = open }

  /// The core, or why there is none.
  func siaga() throws -> Siaga {
    try state.with { state in
      switch state {
      case .open(let siaga): return siaga
      case .shutDown: throw SiagaError.Closed
      case .notYet:
        let siaga = try open()
        state = .open(siaga)
        return siaga
      }
    }
  }

  /// Ends it for good, whether it was open or not.
  func shutDown() throws {
    if case .open(let siaga) = state.exchange(.shutDown) { try siaga.shutDown() }
  }
}

/// A value that several threads share.
final class Locked<Value>: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Value

  init(_ value: Value) { self.value = value }

  /// Runs `body` with the value. Nobody else has it meanwhile, so `body` calls nothing that could wait for it.
  func with<Answer>(_ body: (inout Value) throws -> Answer) rethrows -> Answer {
    try lock.withLock { try body(&value) }
  }

  /// Puts another one in its place, and gives the one before.
  func exchange(_ other: Value) -> Value {
    with { value in
      defer { value = other }
      return value
    }
  }
}
