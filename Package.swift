// swift-tools-version: 6.0
// SiagaKit: the core for iOS, as a Swift package. SwiftPM takes a package from the root of a repository alone, so it stands here.
//
// Needs what `cargo xtask bindings` generates, and the library: on Linux the one that the same command builds, on Apple systems
// the XCFramework that `cargo xtask ios` makes, or the one that SIAGA_XCFRAMEWORK names (a path from this folder).

import PackageDescription

#if os(Linux)
  /// The C side of the library, found by its module map; the library itself is the debug build beside it.
  let library = Target.systemLibrary(name: "SiagaFFI", path: "target/bindings/swift")
  let folder = "\(Context.packageDirectory)/target/debug"
  let linking: [LinkerSetting] = [
    .linkedLibrary("siaga_ffi"),
    // Observation in Swift 6.0 on Linux names a symbol that its own library does not have.
    .unsafeFlags(["-L\(folder)", "-Xlinker", "-rpath=\(folder)", "-Xlinker", "--allow-shlib-undefined"]),
  ]
#else
  let framework = Context.environment["SIAGA_XCFRAMEWORK"] ?? "target/ios/SiagaFFI.xcframework"
  let library = Target.binaryTarget(name: "SiagaFFI", path: framework)
  let linking: [LinkerSetting] = []
#endif

let package = Package(
  name: "SiagaKit",
  platforms: [.iOS(.v17), .macOS(.v14)],
  products: [.library(name: "SiagaKit", targets: ["SiagaKit"])],
  targets: [
    library,
    .target(
      name: "SiagaKit",
      dependencies: ["SiagaFFI"],
      path: "ios/SiagaKit",
      exclude: ["Sample", "Tests"],
      sources: ["Generated", "Sources"],
      resources: [.copy("PrivacyInfo.xcprivacy")],
      linkerSettings: linking
    ),
    .executableTarget(name: "SiagaSample", dependencies: ["SiagaKit"], path: "ios/SiagaKit/Sample"),
    .executableTarget(name: "SiagaPhone", dependencies: ["SiagaKit"], path: "ios/SiagaKit/Tests/Phone"),
    .testTarget(
      name: "SiagaKitTests",
      dependencies: ["SiagaKit", "SiagaSample", "SiagaPhone"],
      path: "ios/SiagaKit/Tests",
      exclude: ["Phone"]
    ),
  ]
)
