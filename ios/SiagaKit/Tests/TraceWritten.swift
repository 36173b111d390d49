import Foundation
import SiagaKit

/// Types that serde writes with the variant's name as a field of this name.
private let tags = ["PressAnswer": "press", "Failure": "failure"]

/// Types whose names serde writes with hyphens.
private let hyphenated: Set = ["ProblemType"]

/// Serde writes what a file is as the internet names it.
private let mediaTypes: [MediaType: String] = [
  .jpeg: "image/jpeg", .png: "image/png", .heic: "image/heic", .webp: "image/webp", .mp4: "video/mp4",
  .quickTime: "video/quicktime", .threeGp: "video/3gpp", .webM: "video/webm", .m4a: "audio/mp4", .aac: "audio/aac",
  .threeGpSound: "audio/3gpp", .webMSound: "audio/webm", .amr: "audio/amr", .ogg: "audio/ogg", .wav: "audio/wav",
]

/// A value of the generated code as JSON, as serde writes it: one function for all types, by their fields. What it says is
/// compared with what Rust says, so that a field that is lost or changed on its way is seen.
func written(_ value: Any) -> Any {
  let mirror = Mirror(reflecting: value)
  switch value {
  case let bool as Bool: return bool
  case let text as String: return text
  case let number as Double: return number
  case let number as any BinaryInteger: return Int64(number)
  case let type as MediaType: return mediaTypes[type] ?? "\(type)"
  case let data as Data: return data.base64EncodedString()
  default: break
  }
  switch mirror.displayStyle {
  case .optional: return mirror.children.first.map { written($0.value) } ?? NSNull()
  case .collection: return mirror.children.map { written($0.value) }
  case .enum: return variant(value, mirror)
  default: return fields(mirror)
  }
}

/// `noReply` and `NoReply` are `no_reply`.
func snake(_ name: String) -> String {
  var words = ""
  for letter in name {
    if letter.isUppercase, !words.isEmpty { words.append("_") }
    words += letter.lowercased()
  }
  return words
}

/// The name of a variant, with its fields or without.
func word(_ value: Any) -> String {
  snake(Mirror(reflecting: value).children.first?.label ?? String(describing: value))
}

private func variant(_ value: Any, _ mirror: Mirror) -> Any {
  let type = String(describing: Swift.type(of: value))
  let name = hyphenated.contains(type) ? word(value).replacingOccurrences(of: "_", with: "-") : word(value)
  let payload = mirror.children.first.map { Mirror(reflecting: $0.value) }
  let named = payload?.displayStyle == .tuple ? payload : nil
  if let tag = tags[type] {
    return (named.map(fields) ?? [:]).merging([tag: name]) { $1 }
  }
  guard let content = mirror.children.first?.value else { return name }
  // What has no name in Rust has none here.
  return [name: named.map(fields) ?? written(content)]
}

private func fields(_ mirror: Mirror) -> [String: Any] {
  let named = mirror.children.compactMap { child in child.label.map { (snake($0), written(child.value)) } }
  return Dictionary(uniqueKeysWithValues: named)
}
