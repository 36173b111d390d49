import Foundation
import Testing

/// The words of the two apps: a citizen who changes phones reads the same.
@Suite struct WordsTests {
  /// What Android says in a language, by name, in the notation of Apple's catalogues.
  func android(_ folder: String) throws -> [String: String] {
    let file = root.appendingPathComponent("android/app/src/main/res/\(folder)/strings.xml")
    let strings = try String(contentsOf: file, encoding: .utf8).matches(of: /<string name="([^"]+)"[^>]*>(.*?)<\/string>/)
    let written = [
      ("\\'", "'"), ("\\\"", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&"),
    ]
    return strings.reduce(into: [:]) { texts, string in
      let plain = written.reduce(String(string.2)) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
      texts[String(string.1)] = plain.replacing(/%(\d)\$d/) { "%\($0.1)$lld" }.replacing(/%(\d)\$s/) { "%\($0.1)$@" }
    }
  }

  /// What the iOS app says in a language, by key.
  func ios(_ language: String) throws -> [String: String] {
    struct Catalogue: Decodable {
      struct Entry: Decodable { var localizations: [String: Localization] }
      struct Localization: Decodable { var stringUnit: Unit }
      struct Unit: Decodable { var value: String }
      var strings: [String: Entry]
    }
    let file = try Data(contentsOf: root.appendingPathComponent("ios/App/Localizable.xcstrings"))
    let catalogue = try JSONDecoder().decode(Catalogue.self, from: file)
    return catalogue.strings.compactMapValues { $0.localizations[language]?.stringUnit.value }
  }

  @Test(arguments: [("values", "en"), ("values-in", "id")])
  func bothAppsSayTheSame(_ folder: String, _ language: String) throws {
    let (android, ios) = (try android(folder), try ios(language))
    #expect(android.count > 100)
    for name in Set(android.keys).union(ios.keys).sorted() {
      #expect(ios[name] == android[name], "\(language): \(name)")
    }
  }

  /// The app's own code.
  func code() throws -> String {
    let folder = root.appendingPathComponent("ios/App")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
    return try files.map { try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }.joined()
  }

  @Test func theAppSaysNothingThatHasNoWords() throws {
    let (words, code) = (try ios("en"), try code())
    let called = code.matches(of: /\btext\(\s*"([a-z0-9_]+)"[,)]/).map { String($0.1) }
    #expect(called.count > 60)
    for key in called where !code.contains("text(\"\(key)\", of:") {
      #expect(words[key] != nil, "\(key)")
    }
    // Words that are chosen before they are said.
    let settings = ["debounce_ms", "window_ms", "on_scene", "drill_done", "practice_"]
    let kinds = ["state_", "position_", "setup_", "offers_", "step_", "waits_", "button_", "files_", "file_"]
    for key in code.matches(of: /"([a-z]+(_[a-z0-9]+)+)"/).map({ String($0.1) })
    where !settings.contains(key) && kinds.contains(where: key.hasPrefix) {
      #expect(words[key] != nil, "\(key)")
    }
  }

  @Test(arguments: [
    ("failure", "Failure"), ("refused", "ProblemType"), ("by", "FixSource"), ("store", "StoreHealth"), ("no_fix", "NoFix"),
    ("lane", "Lane"), ("attach", "AttachFault"), ("report_fault", "ReportFault"), ("subject", "Subject"),
  ])
  func everyCaseThatIsSaidByItsNameHasWords(_ prefix: String, _ name: String) throws {
    let file = root.appendingPathComponent("ios/SiagaKit/Generated/siaga_engine.swift")
    let types = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\npublic enum ")
    let type = try #require(types.first { $0.hasPrefix("\(name):") }).components(separatedBy: "\n}").first ?? ""
    let cases = type.matches(of: /\n    case ([a-zA-Z]+)/).map { String($0.1) }
    #expect(cases.count > 2)
    let shorter = try code().matches(of: /"([a-z_]+)": "([a-z_]+)"/).reduce(into: [:]) { $0[$1.1] = $1.2 }
    let words = try ios("en")
    for one in cases {
      let key = Substring(one.replacing(/[A-Z]/) { "_" + $0.output.lowercased() })
      #expect(words["\(prefix)_\(shorter[key] ?? key)"] != nil, "\(name).\(one)")
    }
  }
}
