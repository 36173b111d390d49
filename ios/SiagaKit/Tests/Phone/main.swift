// A phone that tests kill: it does what its arguments say, one line for each, and then waits to be killed.
//
//   SiagaPhone FOLDER CONFIG SINCE_BOOT_MS press...   presses, 150 ms of its own clock apart
//   SiagaPhone FOLDER lock                            holds the write lock of the folder's database

import Foundation

@testable import SiagaKit

/// A clock that stands still between presses, so that no test depends on how fast its machine is.
final class PhoneClock: ClockPort, @unchecked Sendable {
  private let lock = NSLock()
  private var sinceBootMs: UInt64

  init(_ sinceBootMs: UInt64) {
    self.sinceBootMs = sinceBootMs
  }

  func goOn(_ ms: UInt64) {
    lock.withLock { sinceBootMs += ms }
  }

  func now() -> Reading {
    lock.withLock { Reading(boot: "boot", sinceBootMs: sinceBootMs, wallMs: 1_760_000_000_000 + Int64(sinceBootMs)) }
  }
}

func say(_ line: String) {
  FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}

/// SQLite's writer of a log holds this byte of the shared memory's file (`WAL_WRITE_LOCK`, in its `wal.c` and `os_unix.c`).
func holdWriteLock(in folder: URL) throws {
  let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
  for name in names where name.hasSuffix("-shm") {
    let file = open(folder.appendingPathComponent(name).path, O_RDWR)
    var writer = flock()
    (writer.l_type, writer.l_whence, writer.l_start, writer.l_len) = (Int16(F_WRLCK), Int16(SEEK_SET), 120, 1)
    say(fcntl(file, F_SETLK, &writer) == 0 ? "locked" : "not locked: \(errno)")
  }
}

let arguments = CommandLine.arguments
let folder = URL(fileURLWithPath: arguments[1])
if arguments[2] == "lock" {
  try holdWriteLock(in: folder)
} else {
  let clock = PhoneClock(UInt64(arguments[3]) ?? 0)
  var options = SiagaOptions()
  options.clock = clock
  let sdk = SiagaSdk(config: arguments[2], folder: folder, options: options)
  for _ in arguments.dropFirst(4) {
    say("\(try await sdk.press(.screen, at: .distantFuture))")
    clock.goOn(150)
  }
}
say("done")
// Until the test kills it, or is itself gone.
_ = readLine()
