// Siaga in five lines. Arguments: the agency's configuration, and a folder of the app's own.
import Foundation
import SiagaKit

let sdk = SiagaSdk(config: CommandLine.arguments[1], folder: URL(fileURLWithPath: CommandLine.arguments[2]))
let drill = try await sdk.drill()
for await snapshot in sdk.snapshots() {
  guard let incident = snapshot.incidents.first(where: { $0.id == drill }) else { continue }
  print(incident.state)
  if incident.state == .drillDone { break }
}
