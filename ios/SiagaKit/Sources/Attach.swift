import Foundation

extension SiagaSdk {
  /// Attaches a file: one of the app's own, or a document that the citizen chose outside of it. When this returns a copy is
  /// ours, and the original may go. Should the process die meanwhile, the next one takes it up again by its path, if it may.
  public func attach(incident: IncidentId, url: URL) async throws -> FileId {
    guard url.isFileURL else { throw SiagaError.Attach(fault: .notAFile) }
    return try await asked { siaga in
      try whileOpen(url) { try siaga.attachFile(incident: incident, path: $0.path) }
    }
  }

  /// Attaches what is in memory alone, as a camera's photo is; `name` is what the centre will see.
  public func attach(incident: IncidentId, name: String, data: Data) async throws -> FileId {
    try await asked { try $0.attachContent(incident: incident, name: name, content: Content(data)) }
  }

  /// Attaches what `PhotosPicker` gave, and lets go of it.
  public func attach(incident: IncidentId, picked: PickedFile) async throws -> FileId {
    defer { picked.letGo() }
    return try await attach(incident: incident, url: picked.url)
  }
}

/// One photo or video of the citizen's library: `try await item.loadTransferable(type: PickedFile.self)`. The library's own file
/// is gone when that returns, so this one is a copy (none of its bytes is written twice where the file system can share them).
public struct PickedFile: Sendable {
  /// Where it is until it is attached, under the name that it has in the library.
  public let url: URL

  /// A copy of a file that goes as soon as the caller is back.
  public init(of file: URL) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("picked-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    url = folder.appendingPathComponent(file.lastPathComponent)
    do {
      try FileManager.default.copyItem(at: file, to: url)
    } catch {
      letGo()
      throw error
    }
  }

  /// For one that is not attached after all.
  public func letGo() { try? FileManager.default.removeItem(at: url.deletingLastPathComponent()) }
}

/// Bytes in memory, as the core reads them.
private final class Content: ContentPort {
  private let rest: Locked<Data>

  init(_ data: Data) { rest = Locked(data) }

  func read(most: UInt32) -> Data {
    rest.with { rest in
      defer { rest = rest.dropFirst(Int(most)) }
      return Data(rest.prefix(Int(most)))
    }
  }
}

#if !canImport(Darwin)
  /// Nothing has to be opened where no app is kept from another one's files.
  func whileOpen<T>(_ url: URL, _ body: (URL) throws -> T) throws -> T { try body(url) }
#endif
