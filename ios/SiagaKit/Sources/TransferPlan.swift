import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// A task that the system has for us.
struct SystemTask: Sendable, Equatable {
  var number: Int
  /// None when the system does not say.
  var transfer: String?
}

/// What to do about the transfers that the core wants carried, the tasks that the system has, and the files that wait to be
/// uploaded. Pure, so that every case is tested where there is no such system.
struct TransferPlan: Equatable {
  /// To be started: nobody carries them yet.
  var start: [Transfer] = []
  /// Tasks that go on.
  var keep: [Int] = []
  /// Tasks of no use: not ours to read, carried twice, without a file, or replaced by what the core wants now.
  var cancel: [Int] = []
  /// Transfers with a file and without a task: the system has dropped them, as it does when the citizen swipes the app away
  /// (F57). Their files go.
  var forgotten: [String] = []

  /// `wanted` is all that the core has on its way, when the process goes to sleep. When it starts there is none: the core sends
  /// by itself, and what the system carries may go on.
  init(wanted: [Transfer]?, tasks: [SystemTask], files: [String]) {
    let names = wanted.map { Set($0.map(\.id)) }
    var carried: Set<String> = []
    for task in tasks {
      if let id = task.transfer, files.contains(id), names?.contains(id) ?? true, carried.insert(id).inserted {
        keep.append(task.number)
      } else {
        cancel.append(task.number)
      }
    }
    start = (wanted ?? []).filter { !carried.contains($0.id) }
    forgotten = files.filter { !carried.contains($0) && names?.contains($0) != true }
  }
}

/// The name of the file that holds a transfer's bytes. The id can be read from it again, when the system has lost its task.
enum TransferFile {
  private static let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyz0123456789-_")

  static func name(of id: String) -> String? { id.addingPercentEncoding(withAllowedCharacters: plain) }

  static func id(of name: String) -> String? { name.removingPercentEncoding }
}

extension URLRequest {
  /// A transfer without its bytes, which go from a file. None when its address is none.
  init?(_ transfer: Transfer, credentials: [Header]) {
    guard let url = URL(string: transfer.url) else { return nil }
    self.init(url: url)
    httpMethod = transfer.method
    #if canImport(Darwin)
      // Kept by the system until there is such a network, which the process that sleeps would not see.
      allowsExpensiveNetworkAccess = !transfer.unmetered
      allowsConstrainedNetworkAccess = !transfer.unmetered
    #endif
    // A credential says who asks, never what is sent; and the core's own headers come last.
    let ofTheMessage = ["content-", "siaga-"]
    let who = credentials.filter { header in !ofTheMessage.contains { header.name.lowercased().hasPrefix($0) } }
    for header in who + transfer.headers {
      setValue(header.value, forHTTPHeaderField: header.name)
    }
  }
}

extension RawReply {
  /// More than this of a body is a portal's: the core keeps 64 KiB, and sees by one byte more that there is more.
  static let mostBytes = 64 * 1_024 + 1

  init(_ response: HTTPURLResponse, body: Data) {
    let headers = response.allHeaderFields.map { Header(name: "\($0)", value: "\($1)") }
    self.init(status: UInt16(clamping: response.statusCode), headers: headers, body: Data(body.prefix(Self.mostBytes)))
  }
}

extension Failure {
  /// What the system's error means for a delivery. Its own words are not kept: they name addresses.
  init(_ error: any Error) {
    switch (error as? URLError)?.code {
    case .notConnectedToInternet, .dataNotAllowed, .internationalRoamingOff, .callIsActive: self = .offline
    case .cannotFindHost, .dnsLookupFailed: self = .dns
    case .cannotConnectToHost: self = .connect
    case .serverCertificateHasBadDate, .serverCertificateNotYetValid: self = .tlsValidity
    case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasUnknownRoot,
      .clientCertificateRejected, .clientCertificateRequired, .appTransportSecurityRequiresSecureConnection:
      self = .tls
    case .timedOut: self = .timedOut
    case .badServerResponse, .cannotParseResponse, .cannotDecodeRawData, .cannotDecodeContentData: self = .unreadable
    case .unsupportedURL, .badURL: self = .noRoute
    case .fileDoesNotExist, .noPermissionsToReadFile, .backgroundSessionInUseByAnotherProcess: self = .unavailable
    default: self = .broken
    }
  }
}
