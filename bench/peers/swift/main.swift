// The core through the generated Swift. bench/src/shells/caller.rs says what it is asked and answers. Argument: the
// configuration's file.

import Foundation

/// Nobody waits longer than this for a listener.
let longest = DispatchTimeInterval.seconds(10)

/// One core, and who listens to it.
final class Phone {
  private let siaga: Siaga
  private let told: Told?
  private let subscription: Subscription?

  init(folder: String, config: String, manner: String) throws {
    let transport: TransportPort? = manner == "whole" ? nil : Deaf()
    let ports = Ports(transport: transport, ownThread: manner != "still")
    let (siaga, told) = (try Siaga.open(folder: folder, config: config, ports: ports), manner == "told" ? Told() : nil)
    (self.siaga, self.told) = (siaga, told)
    subscription = try told.map { try siaga.subscribe(listener: $0) }
  }

  func press(pauseUs: UInt32) throws -> String {
    usleep(pauseUs)
    told?.forget()
    let begun = now()
    let answer = try siaga.press(source: .screen)
    let took = now() - begun
    let word =
      switch answer {
      case .counted: "counted"
      case .tooSoon: "too-soon"
      case .triggered, .escalated, .sourceOff: "other"
      }
    guard let told else {
      try siaga.wake()
      return "\(word) \(took)"
    }
    return "\(word) \(took) \(told.first() - begun)"
  }

  func snapshot(pauseUs: UInt32) throws -> String {
    usleep(pauseUs)
    let begun = now()
    let snapshot = try siaga.snapshot()
    let took = now() - begun
    let entries = snapshot.incidents.reduce(0) { $0 + $1.timeline.count }
    return "\(snapshot.incidents.count) \(entries) \(took)"
  }
}

/// When it was called.
final class Told: Listener, @unchecked Sendable {
  private let lock = NSLock()
  private let called = DispatchSemaphore(value: 0)
  private var moments: [UInt64] = []

  func changed(revision: UInt64) throws {
    let moment = now()
    lock.withLock { moments.append(moment) }
    called.signal()
  }

  func forget() {
    while called.wait(timeout: .now()) == .success {}
    lock.withLock { moments.removeAll() }
  }

  func first() -> UInt64 {
    guard called.wait(timeout: .now() + longest) == .success else { fatalError("no listener was called") }
    return lock.withLock { moments[0] }
  }
}

/// A network in which nothing ever ends.
final class Deaf: TransportPort {
  func begin(transfer: Transfer) throws {}

  func networkChanged() throws {}
}

/// Nanoseconds of a clock that only goes forward.
func now() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

func say(_ line: String) {
  print(line)
  fflush(nil)
}

let config = try String(contentsOfFile: CommandLine.arguments[1], encoding: .utf8)
var phones: [Phone] = []
say("ready")
while let line = readLine() {
  let words = line.split(separator: " ").map(String.init)
  switch words[0] {
  case "open":
    let begun = now()
    phones.append(try Phone(folder: words[1], config: config, manner: words[2]))
    say("opened \(now() - begun)")
  case "press": say(try phones[Int(words[1])!].press(pauseUs: UInt32(words[2])!))
  case "snapshot": say(try phones[Int(words[1])!].snapshot(pauseUs: UInt32(words[2])!))
  default: fatalError("the Swift peer does not know `\(line)`")
  }
}
