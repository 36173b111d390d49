#if canImport(Darwin)
  import CoreTransferable
  import Foundation
  import UniformTypeIdentifiers

  /// Runs `body` with a document that the citizen chose: allowed to this app only meanwhile, fetched from the cloud when it is
  /// there alone, and not written by its own app. What cannot be had so is tried as it is: the core says what is wrong with it.
  func whileOpen<T>(_ url: URL, _ body: (URL) throws -> T) throws -> T {
    let isScoped = url.startAccessingSecurityScopedResource()
    defer { if isScoped { url.stopAccessingSecurityScopedResource() } }
    var answer: Result<T, any Error>?
    NSFileCoordinator().coordinate(readingItemAt: url, error: nil) { open in answer = Result { try body(open) } }
    return try answer?.get() ?? body(url)
  }

  extension PickedFile: Transferable {
    public static var transferRepresentation: some TransferRepresentation {
      FileRepresentation(importedContentType: .movie) { try PickedFile(of: $0.file) }
      FileRepresentation(importedContentType: .image) { try PickedFile(of: $0.file) }
    }
  }
#endif
