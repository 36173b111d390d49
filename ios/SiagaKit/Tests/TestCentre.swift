import Foundation
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The reference centre, in a process of its own.
final class TestCentre: @unchecked Sendable {
  let config: String
  private let data: Folder
  private let phones: String
  private var page: String
  private var child: Child?

  /// A centre that takes calls.
  init() async throws {
    data = try Folder()
    let (child, said) = try await Self.start(data, phones: "127.0.0.1:0")
    self.child = child
    (phones, page) = (said["phones"] ?? "", said["page"] ?? "")
    config = """
      {"centre": {"id": "centre", "root_key": "\(said["root key"] ?? "")", "primary": "\(phones)"}}
      """
  }

  /// Calls are taken and nobody answers, until it stops.
  func freeze() { child?.freeze() }

  /// Nobody takes calls any more.
  func stop() async throws {
    try await child?.die()
    child = nil
  }

  /// Calls are taken again, at the same address and with the same memory.
  func startAgain() async throws {
    let (child, said) = try await Self.start(data, phones: phones.replacingOccurrences(of: "http://", with: ""))
    (self.child, page) = (child, said["page"] ?? "")
  }

  /// The incidents on the dispatcher's page, each with all that it shows.
  func incidents() async throws -> [String] {
    let url = try #require(URL(string: page))
    let (html, response) = try await URLSession.shared.data(from: url)
    #expect((response as? HTTPURLResponse)?.statusCode == 200, "\(response) \(String(decoding: html, as: UTF8.self))")
    return String(decoding: html, as: UTF8.self).components(separatedBy: "<article id=\"i-").dropFirst().map { String($0) }
  }

  private static func start(_ data: Folder, phones: String) async throws -> (Child, [String: String]) {
    let program = root.appendingPathComponent("target/debug/centre")
    let child = try Child(program, ["--data", data.url.path, "--listen", phones, "--page", "127.0.0.1:0"])
    var said: [String: String] = [:]
    for line in try await child.lines(until: "root key") {
      for word in ["phones", "page", "root key"] where line.hasPrefix(word) {
        said[word] = line.dropFirst(word.count).trimmingCharacters(in: .whitespaces)
      }
    }
    return (child, said)
  }
}
