#if canImport(Darwin)
  import Darwin

  /// The clock of Apple's systems that counts sleep, the kernel's name of this boot, and the wall clock.
  final class AppleClock: ClockPort {
    /// A kernel that does not name its boots has one for all: the core goes on from where its time stood.
    private static let boot: String = {
      var name = [UInt8](repeating: 0, count: 64)
      var size = name.count
      guard sysctlbyname("kern.bootsessionuuid", &name, &size, nil, 0) == 0 else { return "boot" }
      return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }()

    func now() -> Reading {
      // Apple's name for `mach_continuous_time`, in nanoseconds.
      let sinceBootMs = clock_gettime_nsec_np(CLOCK_MONOTONIC_RAW) / 1_000_000
      return Reading(boot: Self.boot, sinceBootMs: sinceBootMs, wallMs: Moment.now.wallMs)
    }
  }
#endif
