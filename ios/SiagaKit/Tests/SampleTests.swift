import Foundation
import Testing

/// The five-line sample, as an integrator runs it.
@Suite struct SampleTests {
  @Test func theSampleRunsADrill() async throws {
    let (folder, centre) = (try Folder(), try await TestCentre())
    let sample = try Child(program("SiagaSample"), [centre.config, folder.url.path])
    #expect(try await sample.lines(until: "drillDone").last == "drillDone")
    #expect(try await sample.ended() == 0)
    #expect(try await centre.incidents().first?.contains("class=\"badge drill\"") == true)
  }
}
