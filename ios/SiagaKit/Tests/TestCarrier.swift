import Foundation

@testable import SiagaKit

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The system's transfers: they outlive the process that began them, and go on when the test says so.
final class TestCarrier: TransferCarrier, @unchecked Sendable {
  typealias Ended = @Sendable (String, Result<RawReply, any Error>) -> Void

  struct Upload {
    var request: URLRequest
    var file: URL
    var transfer: String
    var afterMs: UInt32
  }

  let identifier = "test"
  private let lock = NSLock()
  private var ended: Ended?
  private var uploads: [Int: Upload] = [:]
  private var started = 0
  private var completions: [@MainActor @Sendable () -> Void] = []
  private let (looks, looked) = AsyncStream.makeStream(of: Void.self)

  /// What it carries.
  var carried: [Upload] { lock.withLock { uploads.sorted { $0.key < $1.key }.map(\.value) } }

  /// Waits until somebody has asked once more what it carries: the last thing before the process sleeps.
  func askedAgain() async {
    for await _ in looks { return }
  }

  /// The network is there: uploads all that it carries, for real, and tells how it went.
  func goOn() async {
    for (number, upload) in lock.withLock({ uploads }) {
      let end = await Result.of {
        let (body, response) = try await URLSession.shared.upload(for: upload.request, fromFile: upload.file)
        guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
        return RawReply(response, body: body)
      }
      let ended = lock.withLock {
        uploads[number] = nil
        return self.ended
      }
      ended?(upload.transfer, end)
    }
    await tellAll()
  }

  /// Somebody else replies in the centre's place: that ends all that it carries.
  func meetPortal() async {
    let (uploads, ended) = lock.withLock { (self.uploads, self.ended) }
    lock.withLock { self.uploads = [:] }
    for upload in uploads.values {
      ended?(upload.transfer, .success(RawReply(status: 200, headers: [], body: Data("<html>".utf8))))
    }
    await tellAll()
  }

  private func tellAll() async {
    let completions = lock.withLock {
      defer { self.completions = [] }
      return self.completions
    }
    for completion in completions { await completion() }
  }

  /// The citizen swipes the app away: the system drops everything, and says nothing.
  func drop() {
    lock.withLock { uploads = [:] }
  }

  func attach(_ ended: @escaping Ended) {
    lock.withLock { self.ended = ended }
  }

  func tasks() async -> [SystemTask] {
    looked.yield()
    return lock.withLock { uploads.map { SystemTask(number: $0.key, transfer: $0.value.transfer) } }
  }

  func start(_ request: URLRequest, file: URL, transfer: String, afterMs: UInt32) {
    let upload = Upload(request: request, file: file, transfer: transfer, afterMs: afterMs)
    lock.withLock {
      uploads[started] = upload
      started += 1
    }
  }

  func cancel(_ task: Int) {
    lock.withLock { uploads[task] = nil }
  }

  func whenAllTold(_ completion: @escaping @MainActor @Sendable () -> Void) {
    lock.withLock { completions.append(completion) }
  }
}

extension Result where Failure == any Error {
  /// What `body` returns or throws.
  fileprivate static func of(_ body: () async throws -> Success) async -> Self {
    do { return .success(try await body()) } catch { return .failure(error) }
  }
}
