import Foundation
import SiagaKit

// A core under replay calls its ports on the thread that calls it: nothing here is shared between threads.

/// Says what it was told last.
final class ToldClock: ClockPort, @unchecked Sendable {
  var reading = Reading(boot: "", sinceBootMs: 0, wallMs: 0)

  func now() -> Reading {
    reading
  }
}

/// The same numbers as in `examples/citizen/src/replay/ports.rs`: ids are the same in each language.
final class CountedEntropy: EntropyPort, @unchecked Sendable {
  private var drawn: UInt64 = 0

  func draw() -> Data {
    var bytes = Data()
    for _ in 1...4 {
      withUnsafeBytes(of: splitMix(drawn).littleEndian) { bytes.append(contentsOf: $0) }
      drawn += 1
    }
    return bytes
  }

  private func splitMix(_ index: UInt64) -> UInt64 {
    var mixed = (index + 1) &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A file as another app gives it.
final class StreamedContent: ContentPort, @unchecked Sendable {
  private let file: FileHandle
  init(_ file: FileHandle) { self.file = file }

  func read(most: UInt32) throws -> Data {
    try file.read(upToCount: Int(most)) ?? Data()
  }
}

/// Notes what leaves, until it is asked for.
final class Departures: TransportPort, @unchecked Sendable {
  private var renewed = false
  private var begun: [Transfer] = []

  func begin(transfer: Transfer) {
    begun.append(transfer)
  }

  func networkChanged() {
    renewed = true
  }

  /// Whether connections were renewed, and what left after that.
  func take() -> (renewed: Bool, begun: [Transfer]) {
    defer { (renewed, begun) = (false, []) }
    return (renewed, begun)
  }
}
