import Foundation
import SiagaKit
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The repository.
let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

/// A folder that goes with its owner.
final class Folder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("siaga-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }
}

/// Another process, killed at the latest with its owner.
final class Child: @unchecked Sendable {
  private let process = Process()
  private let output = Pipe()
  private let input = Pipe()
  private let isOver = DispatchSemaphore(value: 0)

  init(_ program: URL, _ arguments: [String]) throws {
    process.executableURL = program
    process.arguments = arguments
    process.standardOutput = output
    process.standardInput = input
    process.terminationHandler = { [isOver] _ in isOver.signal() }
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// What it says, until a line begins with `word`, or until it ends.
  func lines(until word: String) async throws -> [String] {
    try await blocking { [output] in
      var lines: [String] = []
      var line = Data()
      while let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
        guard byte == Data([10]) else {
          line += byte
          continue
        }
        lines.append(String(decoding: line, as: UTF8.self))
        line = Data()
        if lines.last?.hasPrefix(word) == true { break }
      }
      return lines
    }
  }

  /// Stands still until it dies.
  func freeze() { kill(process.processIdentifier, SIGSTOP) }

  /// `kill -9`, and waits for its end.
  func die() async throws {
    kill(process.processIdentifier, SIGKILL)
    _ = try await ended()
  }

  /// Waits for its end, and says how it was.
  func ended() async throws -> Int32 {
    try await blocking { [process, isOver] in
      isOver.wait()
      isOver.signal()
      return process.terminationStatus
    }
  }
}

/// Runs what blocks on a thread that is none of Swift's own few.
func blocking<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
  try await withCheckedThrowingContinuation { continuation in
    Thread { continuation.resume(with: Result(catching: work)) }.start()
  }
}

/// A program that was built beside this one.
func program(_ name: String) throws -> URL {
  let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent(name)
}

/// A clock that stands still until it is told to go on, so that no test depends on how fast its machine is.
final class TestClock: ClockPort, @unchecked Sendable {
  private let lock = NSLock()
  private var reading: Reading

  init(sinceBootMs: UInt64 = 1_000_000) {
    reading = Reading(boot: "boot", sinceBootMs: sinceBootMs, wallMs: 1_760_000_000_000 + Int64(sinceBootMs))
  }

  /// Time passes, or goes back.
  func goOn(_ ms: Int64) {
    lock.withLock {
      reading.sinceBootMs = UInt64(Int64(reading.sinceBootMs) + ms)
      reading.wallMs += ms
    }
  }

  func now() -> Reading {
    lock.withLock { reading }
  }
}

extension SiagaSdk {
  /// The first snapshot for which `isSo` holds.
  func snapshot(where isSo: (Snapshot) -> Bool) async throws -> Snapshot {
    for await snapshot in snapshots() where isSo(snapshot) {
      return snapshot
    }
    throw SiagaError.Closed
  }

  /// A press of just now by the core's clock, which is the test's: a moment to come is now.
  func touch() async throws -> PressAnswer { try await press(.screen, at: .distantFuture) }

  /// Three presses, 150 ms apart.
  func pressThrice(_ clock: TestClock) async throws -> IncidentId {
    for _ in 1...2 {
      guard case .counted = try await touch() else { throw NotCounted() }
      clock.goOn(150)
    }
    guard case .triggered(let incident) = try await touch() else { throw NotCounted() }
    return incident
  }
}

struct NotCounted: Error {}

extension Snapshot {
  /// An SOS was tried, and nobody answered: how the attempt ended depends on when the connection was seen to be gone.
  var isUnanswered: Bool {
    incidents.contains { if case .noReply? = $0.trouble { true } else { false } }
  }

  /// Everything that this incident had to say is signed for.
  func isDelivered(_ incident: IncidentId) -> Bool {
    incidents.contains { $0.id == incident && $0.receipt != nil && $0.pending == 0 }
  }
}
