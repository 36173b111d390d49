#if canImport(CoreLocation)
  import CoreLocation
  import Foundation

  /// Positions of Apple's own. All of it is on the main thread, but for what is shared.
  final class LocationAdapter: NSObject, Positioning, CLLocationManagerDelegate, @unchecked Sendable {
    private struct Shared {
      var report: @Sendable (LocationReport) -> Void = { _ in }
      var stopped: @Sendable () -> Void = {}
      var keepsAwake = false
    }

    private let shared = Locked(Shared())
    private lazy var manager = CLLocationManager()
    private var stamps = WallStamps()
    private var wantedSinceMs: Int64?

    var keepsAwake: Bool { shared.with { $0.keepsAwake } }

    func attach(_ report: @escaping @Sendable (LocationReport) -> Void, stopped: @escaping @Sendable () -> Void) {
      shared.with { ($0.report, $0.stopped) = (report, stopped) }
    }

    func start() {
      DispatchQueue.main.async { [self] in
        wantedSinceMs = wantedSinceMs ?? Moment.now.steadyMs
        manager.delegate = self
        manager.pausesLocationUpdatesAutomatically = false
        // Without this mode of the host's, setting it would end the process.
        let modes = Bundle.main.object(forInfoDictionaryKey: "UIBackgroundModes") as? [String] ?? []
        manager.allowsBackgroundLocationUpdates = modes.contains("location")
        if let known = manager.location { take(known) }
        goOn()
      }
    }

    func stop() {
      shared.with { $0.keepsAwake = false }
      DispatchQueue.main.async { [self] in
        wantedSinceMs = nil
        manager.stopUpdatingLocation()
        shared.with { $0.stopped }()
      }
    }

    func recheck() {
      DispatchQueue.main.async { [self] in goOn() }
    }

    func locationManagerDidChangeAuthorization(_ manager: CLLocationManager) { goOn() }

    func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]) {
      locations.forEach(take)
      keepPace()
    }

    func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error) {
      // It goes on trying. A permission that was taken away is told by the call above.
      if (error as? CLError)?.code == .locationUnknown { shared.with { $0.report }(.unable(.noSignal)) }
    }

    /// Begins as far as it may. What cannot come is said at once (F48); but asking for the phone's switch may wait, and the main
    /// thread must not.
    private func goOn() {
      guard wantedSinceMs != nil else { return }
      let isAllowed = [.authorizedAlways, .authorizedWhenInUse].contains(manager.authorizationStatus)
      let report = shared.with { shared in
        shared.keepsAwake = isAllowed && manager.allowsBackgroundLocationUpdates
        return shared.report
      }
      keepPace()
      if isAllowed { manager.startUpdatingLocation() }
      DispatchQueue.global().async {
        if !CLLocationManager.locationServicesEnabled() {
          report(.unable(.locationOff))
        } else if !isAllowed {
          report(.unable(.permissionDenied))
        }
      }
    }

    private func keepPace() {
      let wantedMs = Moment.now.steadyMs - (wantedSinceMs ?? 0)
      let pace = paceM(wantedMs: wantedMs, isSaving: ProcessInfo.processInfo.isLowPowerModeEnabled)
      manager.desiredAccuracy = pace ?? kCLLocationAccuracyBest
      manager.distanceFilter = pace ?? kCLDistanceFilterNone
    }

    private func take(_ location: CLLocation) {
      let fix = AppleFix(
        lat: location.coordinate.latitude, lon: location.coordinate.longitude,
        horizontalAccuracyM: location.horizontalAccuracy, altitudeM: location.ellipsoidalAltitude,
        verticalAccuracyM: location.verticalAccuracy, speedMps: location.speed, courseDeg: location.course,
        takenWallMs: Int64(exactly: (location.timestamp.timeIntervalSince1970 * 1_000).rounded()) ?? 0,
        isSimulated: location.sourceInformation?.isSimulatedBySoftware ?? false)
      shared.with { $0.report }(fix.report(ageMs: stamps.ageMs(of: fix.takenWallMs, now: .now)))
    }
  }
#endif
