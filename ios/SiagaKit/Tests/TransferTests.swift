import Foundation
import Testing

@testable import SiagaKit

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Which transfers are started, kept and cancelled, and what goes over the wire.
@Suite struct TransferTests {
  func transfer(_ id: String) -> Transfer {
    let headers = [Header(name: "siaga-secret", value: "ours"), Header(name: "user-agent", value: "siaga")]
    return Transfer(
      id: id, method: "PUT", url: "https://centre.example/v1/incidents/x", headers: headers, body: Data([1]),
      timeoutMs: 20_000, afterMs: 0, mustPass: true)
  }

  func task(_ number: Int, _ id: String?) -> SystemTask { SystemTask(number: number, transfer: id) }

  @Test func atTheStartWhatTheSystemCarriesGoesOn() {
    let plan = TransferPlan(wanted: nil, tasks: [task(1, "a"), task(2, "b")], files: ["a", "b", "c"])
    #expect(plan.keep == [1, 2] && plan.cancel == [] && plan.start == [])
    #expect(plan.forgotten == ["c"], "the system has dropped it (F57)")
  }

  @Test func aTaskWithoutANameOrAFileAndASecondOneAreCancelled() {
    let plan = TransferPlan(wanted: nil, tasks: [task(1, nil), task(2, "gone"), task(3, "a"), task(4, "a")], files: ["a"])
    #expect(plan.keep == [3] && plan.cancel == [1, 2, 4] && plan.forgotten == [])
  }

  @Test func asleepWhatIsWantedIsStartedOnce() {
    let wanted = [transfer("a"), transfer("b")]
    let plan = TransferPlan(wanted: wanted, tasks: [task(1, "a")], files: ["a"])
    #expect(plan.start == [transfer("b")] && plan.keep == [1] && plan.cancel == [] && plan.forgotten == [])
  }

  @Test func asleepWhatIsNotWantedAnyMoreIsCancelled() {
    let plan = TransferPlan(wanted: [transfer("b")], tasks: [task(1, "a"), task(2, nil)], files: ["a", "c"])
    #expect(plan.start == [transfer("b")] && plan.cancel == [1, 2] && plan.forgotten == ["a", "c"])
  }

  @Test func asleepATaskWhoseFileIsGoneIsStartedAnew() {
    let plan = TransferPlan(wanted: [transfer("a")], tasks: [task(1, "a")], files: [])
    #expect(plan.start == [transfer("a")] && plan.cancel == [1] && plan.forgotten == [])
  }

  @Test(arguments: ["{\"Delivery\":{\"row\":\"x/../..\",\"attempt\":1}}", "a%2Fb", "..", "~`!@#$^&*()"])
  func aFileIsNamedByItsTransferAndTheTransferIsReadFromIt(_ id: String) throws {
    let name = try #require(TransferFile.name(of: id))
    #expect(!name.contains("/") && !name.hasPrefix("."))
    #expect(TransferFile.id(of: name) == id)
  }

  @Test func aCredentialSaysWhoAsksAndNothingElse() throws {
    let credentials = [
      Header(name: "Authorization", value: "Bearer 1"), Header(name: "Siaga-Secret", value: "mine"),
      Header(name: "Content-Type", value: "text/html"), Header(name: "User-Agent", value: "mine"),
    ]
    let request = try #require(URLRequest(transfer("a"), credentials: credentials))
    #expect(request.httpMethod == "PUT")
    #expect(request.value(forHTTPHeaderField: "authorization") == "Bearer 1")
    #expect(request.value(forHTTPHeaderField: "siaga-secret") == "ours")
    #expect(request.value(forHTTPHeaderField: "user-agent") == "siaga")
    #expect(request.value(forHTTPHeaderField: "content-type") == nil)
  }

  @Test func aReplyIsHandedOverAsItCame() throws {
    let url = try #require(URL(string: "https://centre.example"))
    let response = try #require(
      HTTPURLResponse(url: url, statusCode: 302, httpVersion: nil, headerFields: ["Siaga-Receipt": "a.b.c"]))
    let reply = RawReply(response, body: Data(count: 100_000))
    #expect(reply.status == 302 && reply.body.count == 64 * 1_024 + 1)
    #expect(reply.headers.contains { $0.name.lowercased() == "siaga-receipt" && $0.value == "a.b.c" })
  }

  @Test(arguments: [
    (URLError.Code.notConnectedToInternet, Failure.offline), (.cannotFindHost, .dns), (.cannotConnectToHost, .connect),
    (.serverCertificateNotYetValid, .tlsValidity), (.serverCertificateUntrusted, .tls), (.timedOut, .timedOut),
    (.networkConnectionLost, .broken), (.cancelled, .broken), (.cannotParseResponse, .unreadable), (.badURL, .noRoute),
    (.fileDoesNotExist, .unavailable),
  ])
  func theSystemsErrorIsAFailure(_ code: URLError.Code, _ failure: Failure) {
    #expect(Failure(URLError(code)) == failure)
  }

  @Test func aChangeOfWhatIsReadyIsToldOnce() {
    UserDefaults.standard.removeObject(forKey: "io.siaga.readiness")
    var readiness = Readiness()
    #expect(!Readiness.isOtherwise(readiness), "the first look is no change")
    #expect(!Readiness.isOtherwise(readiness))
    readiness.location = true
    #expect(Readiness.isOtherwise(readiness))
    #expect(!Readiness.isOtherwise(readiness))
  }
}
