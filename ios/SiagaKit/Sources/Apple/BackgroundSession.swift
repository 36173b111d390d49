#if canImport(Darwin)
  import Foundation

  /// The system's own transfers: uploads from files, which go on while the process sleeps or is dead.
  final class BackgroundSession: NSObject, TransferCarrier, URLSessionDataDelegate, @unchecked Sendable {
    /// The system takes no two of a name in a process.
    static let shared = BackgroundSession()

    let identifier = (Bundle.main.bundleIdentifier ?? "app") + ".siaga"
    private let ended = Locked<@Sendable (String, Result<RawReply, any Error>) -> Void>({ _, _ in })
    private let bodies = Locked<[Int: Data]>([:])
    private let completion = Locked<(@MainActor @Sendable () -> Void)?>(nil)
    private lazy var session = URLSession(
      configuration: .background(withIdentifier: identifier), delegate: self, delegateQueue: nil)

    func attach(_ ended: @escaping @Sendable (String, Result<RawReply, any Error>) -> Void) {
      self.ended.with { $0 = ended }
      // From now on the system tells what ended before.
      _ = session
    }

    func tasks() async -> [SystemTask] {
      await session.allTasks.map { SystemTask(number: $0.taskIdentifier, transfer: $0.taskDescription) }
    }

    func start(_ request: URLRequest, file: URL, transfer: String, afterMs: UInt32) {
      // A background session knows uploads from files alone. A HEAD goes with an empty one, as a POST without a body does: what
      // Apple's system makes of that was never seen.
      let task = session.uploadTask(with: request, fromFile: file)
      task.taskDescription = transfer
      if afterMs > 0 { task.earliestBeginDate = Date(timeIntervalSinceNow: Double(afterMs) / 1_000) }
      // Files give way to text (INV-5). A citizen attached them, so the system is not told that they are at its discretion.
      let isOfFile = ["HEAD", "PATCH", "POST"].contains(request.httpMethod)
      task.priority = isOfFile ? URLSessionTask.lowPriority : URLSessionTask.highPriority
      task.resume()
    }

    func cancel(_ task: Int) {
      session.getAllTasks { tasks in
        let task = tasks.first { $0.taskIdentifier == task }
        task?.taskDescription = nil
        task?.cancel()
      }
    }

    func whenAllTold(_ completion: @escaping @MainActor @Sendable () -> Void) { self.completion.with { $0 = completion } }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
      bodies.with { bodies in
        let body = bodies[dataTask.taskIdentifier] ?? Data()
        if body.count < RawReply.mostBytes { bodies[dataTask.taskIdentifier] = body + data }
      }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
      let body = bodies.with { $0.removeValue(forKey: task.taskIdentifier) } ?? Data()
      guard let transfer = task.taskDescription else { return }
      if error == nil, let response = task.response as? HTTPURLResponse {
        ended.with { $0 }(transfer, .success(RawReply(response, body: body)))
      } else {
        ended.with { $0 }(transfer, .failure(error ?? URLError(.badServerResponse)))
      }
    }

    func urlSessionDidFinishEvents(forBackgroundURLSession session: URLSession) {
      if let completion = completion.exchange(nil) { DispatchQueue.main.async { completion() } }
    }
  }
#endif
