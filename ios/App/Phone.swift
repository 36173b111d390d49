import Foundation
import Observation
import SiagaKit

/// The core on this phone, under what the agency set and the citizen chose.
@MainActor @Observable
final class Phone {
  private(set) var sdk: SiagaSdk
  private(set) var model: SiagaModel
  /// Why the newest call was not done.
  var refused: String?

  /// The drafts that were opened. What the core does not take of one is on its screen when it is opened again.
  @ObservationIgnored private var drafts: [IncidentId: DraftModel] = [:]

  init() { (sdk, model) = Self.started() }

  /// Goes on under what was chosen anew.
  func startAnew() {
    let before = sdk
    (sdk, model) = Self.started()
    drafts = [:]
    Task { try? await before.shutDown() }
  }

  /// Makes a call, and keeps why it was not done.
  @discardableResult
  func ask<T: Sendable>(_ call: @escaping @Sendable (SiagaSdk) async throws -> T) async -> T? {
    do {
      let answer = try await call(sdk)
      refused = nil
      return answer
    } catch {
      refused = refusal(error)
      return nil
    }
  }

  /// A draft to be written.
  func draft(_ id: IncidentId) -> DraftModel {
    let draft = drafts[id] ?? DraftModel(sdk, id)
    drafts[id] = draft
    return draft
  }

  /// The agency's JSON document: pasted, or brought by the app as `siaga.json`.
  static var agency: String? {
    let brought = Bundle.main.url(forResource: "siaga", withExtension: "json")
    return UserDefaults.standard.string(forKey: "agency") ?? brought.flatMap { try? String(contentsOf: $0, encoding: .utf8) }
  }

  /// The agency's document with the citizen's own way of pressing. Whether it can be used the core says.
  static var config: String {
    let own = ["window_ms", "debounce_ms"].map { ($0, UserDefaults.standard.integer(forKey: $0)) }.filter { $0.1 > 0 }
    var document = (try? JSONSerialization.jsonObject(with: Data((agency ?? "").utf8))) as? [String: Any]
    document?["press"] = (document?["press"] as? [String: Any] ?? [:]).merging(own) { $1 }
    let merged = own.isEmpty ? nil : document.flatMap { try? JSONSerialization.data(withJSONObject: $0) }
    return merged.map { String(decoding: $0, as: UTF8.self) } ?? agency ?? ""
  }

  private static func started() -> (SiagaSdk, SiagaModel) {
    var options = SiagaOptions()
    options.haptics = UserDefaults.standard.string(forKey: "haptics").flatMap { Haptics(rawValue: $0) } ?? .normal
    let sdk = SiagaSdk(config: config, options: options)
    return (sdk, SiagaModel(sdk))
  }
}
