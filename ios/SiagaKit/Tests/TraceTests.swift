import Foundation
import Testing

/// The golden traces, conducted by `citizen replay`, with the core under the generated Swift.
@Suite(.serialized) struct TraceTests {
  static let folder = root.appendingPathComponent("tests/traces")
  static let traces = try! FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".jsonl") }.sorted()

  @Test func thereAreTraces() {
    #expect(Self.traces.count >= 25, "\(Self.folder.path)")
  }

  @Test(arguments: traces) func theTraceHolds(_ trace: String) async throws {
    let (code, report) = try await conduct(Self.folder.appendingPathComponent(trace))
    #expect(code == 0, "\(report)")
    #expect(report.contains("expectations hold"))
  }

  @Test(arguments: traces) func theTraceFailsWhenOneExpectedValueIsChanged(_ trace: String) async throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(trace), encoding: .utf8)
    var lines = text.split(separator: "\n").map(String.init)
    let last = try #require(lines.lastIndex { $0.contains("\"expect\"") })
    var line = try #require(try JSONSerialization.jsonObject(with: Data(lines[last].utf8)) as? [String: Any])
    var expected = try #require(line["expect"] as? [String: Any])
    expected["button"] = ["presses": 99]
    line["expect"] = expected
    lines[last] = String(decoding: try JSONSerialization.data(withJSONObject: line), as: UTF8.self)
    let folder = try Folder()
    let copy = folder.url.appendingPathComponent(trace)
    try lines.joined(separator: "\n").write(to: copy, atomically: true, encoding: .utf8)
    let (code, report) = try await conduct(copy)
    #expect(code == 1, "\(report)")
    #expect(report.contains("button.presses"))
  }

  /// Runs the conductor and serves it: its exit code, and what it reports.
  private func conduct(_ trace: URL) async throws -> (code: Int32, report: String) {
    try await blocking {
      let folder = try Folder()
      let report = folder.url.appendingPathComponent("report")
      try Data().write(to: report)
      let conductor = Process()
      conductor.executableURL = citizen
      conductor.arguments = ["replay", trace.path, "--core", "stdio"]
      let (commands, answers) = (Pipe(), Pipe())
      (conductor.standardOutput, conductor.standardInput) = (commands, answers)
      conductor.standardError = try FileHandle(forWritingTo: report)
      try conductor.run()
      defer { conductor.terminate() }
      let core = ServedCore()
      var said = Data()
      while case let more = commands.fileHandleForReading.availableData, !more.isEmpty {
        said += more
        while let end = said.firstIndex(of: UInt8(ascii: "\n")) {
          let answer = try core.carryOut(String(decoding: said[..<end], as: UTF8.self))
          try answers.fileHandleForWriting.write(contentsOf: Data((answer + "\n").utf8))
          said = Data(said[(end + 1)...])
        }
      }
      conductor.waitUntilExit()
      return (conductor.terminationStatus, try String(contentsOf: report, encoding: .utf8))
    }
  }
}

/// The conductor.
private let citizen =
  ProcessInfo.processInfo.environment["SIAGA_CITIZEN"].map { URL(fileURLWithPath: $0) }
  ?? root.appendingPathComponent("target/debug/citizen")
