import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The system's own transfers, which go on while the process sleeps or is dead.
protocol TransferCarrier: Sendable {
  /// The name of its session, by which the system asks for it again.
  var identifier: String { get }
  /// Told once, before anything else: where replies and failures go, each with its transfer's id. When it returns, the end is on
  /// the disk.
  func attach(_ ended: @escaping @Sendable (String, Result<RawReply, any Error>) -> Void)
  /// What the system has now.
  func tasks() async -> [SystemTask]
  /// Uploads `file`, not before so many milliseconds. The transfer's id comes back with its end, in this or in a later process.
  func start(_ request: URLRequest, file: URL, transfer: String, afterMs: UInt32)
  /// Ends a task, whose end is then not told.
  func cancel(_ task: Int)
  /// Calls `completion` on the main thread when no end is left that this process does not know.
  func whenAllTold(_ completion: @escaping @MainActor @Sendable () -> Void)
}

/// Writes what is to be carried into files, keeps them in step with the system's tasks, and tells the core how each ended.
final class TransferService: Sendable {
  private let carrier: any TransferCarrier
  private let opening: Opening
  private let folder: URL
  private let credentials: (any CredentialsPort)?
  /// Whether one has ended since the last hand-over: the next one is no first attempt, and keeps to its back-off.
  private let hasEnded = Locked(false)

  init(_ carrier: any TransferCarrier, _ opening: Opening, _ folder: URL, _ credentials: (any CredentialsPort)?) {
    (self.carrier, self.opening, self.credentials) = (carrier, opening, credentials)
    self.folder = folder.appendingPathComponent("transfers")
    carrier.attach { [weak self] in self?.ended($0, $1) }
  }

  /// When the process starts: what the system dropped is told, and sent anew by the core; parts of files also when this process
  /// knows nothing of them.
  func reconcile() async {
    let tasks = await carrier.tasks()
    let plan = TransferPlan(wanted: nil, tasks: tasks, files: files())
    plan.cancel.forEach(carrier.cancel)
    for id in plan.forgotten { ended(id, .failure(URLError(.networkConnectionLost))) }
    let kept = tasks.filter { plan.keep.contains($0.number) }
    try? opening.siaga().reconcileTransfers(carried: kept.compactMap(\.transfer))
  }

  /// When the process goes to sleep: hands over what nobody carries yet.
  func handOver(_ wanted: [Transfer]) async {
    let plan = TransferPlan(wanted: wanted, tasks: await carrier.tasks(), files: files())
    // An SOS goes without credentials when there are none now (INV-2); the centre says so of anything else.
    let headers = plan.start.isEmpty ? [] : (try? credentials?.headers()) ?? []
    let isPatient = hasEnded.exchange(false)
    for transfer in plan.start { start(transfer, headers, afterMs: isPatient ? transfer.afterMs : 0) }
    plan.cancel.forEach(carrier.cancel)
    plan.forgotten.forEach(removeFile)
  }

  private func start(_ transfer: Transfer, _ headers: [Header], afterMs: UInt32) {
    guard let request = URLRequest(transfer, credentials: headers), let file = file(of: transfer.id),
      (try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)) != nil,
      (try? keep(transfer, in: file)) != nil
    else { return ended(transfer.id, .failure(URLError(.fileDoesNotExist))) }
    carrier.start(request, file: file, transfer: transfer.id, afterMs: afterMs)
  }

  /// A part is linked: it takes no room, and no more time when it is a video. A read has an empty file.
  private func keep(_ transfer: Transfer, in file: URL) throws {
    guard let part = transfer.file else { return try transfer.body.write(to: file, options: .atomic) }
    try? FileManager.default.removeItem(at: file)
    try FileManager.default.linkItem(at: URL(fileURLWithPath: part), to: file)
  }

  private func ended(_ id: String, _ end: Result<RawReply, any Error>) {
    _ = hasEnded.exchange(true)
    // An id that is none of ours is refused, and a core that is shut down needs no end: there is nobody to tell.
    switch end {
    case .success(let reply): try? opening.siaga().transferReplied(id: id, reply: reply)
    case .failure(let error): try? opening.siaga().transferFailed(id: id, failure: Failure(error))
    }
    removeFile(id)
  }

  private func file(of id: String) -> URL? { TransferFile.name(of: id).map { folder.appendingPathComponent($0) } }

  private func files() -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).compactMap(TransferFile.id)
  }

  private func removeFile(_ id: String) {
    if let file = file(of: id) { try? FileManager.default.removeItem(at: file) }
  }
}
