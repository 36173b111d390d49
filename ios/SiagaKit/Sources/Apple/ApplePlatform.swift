#if os(iOS) && canImport(UIKit)
  import CoreLocation
  import UIKit
  import UserNotifications

  extension SiagaOptions {
    /// With all that a phone has. The folder goes into no backup, and can be read from the first unlock on, also while the phone
    /// is locked (F59).
    func withPhone(_ folder: URL, _ config: String) -> SiagaOptions {
      var folder = folder
      let protection = [FileAttributeKey.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication]
      try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: protection)
      var values = URLResourceValues()
      values.isExcludedFromBackup = true
      try? folder.setResourceValues(values)

      var options = self
      options.location = LocationAdapter()
      options.preview = PreviewAdapter()
      // The system judges certificates by its own list. For an agency that names others the core alone delivers.
      let isPublic = !config.contains("\"agency_cas_pem\"") && !config.contains("\"public_roots\"")
      options.carrier = isPublic ? BackgroundSession.shared : nil
      options.readinessNow = { await .now() }
      options.follow = { SystemEvents($0) }
      return options
    }
  }

  extension Readiness {
    @MainActor
    fileprivate static func now() async -> Readiness {
      let manager = CLLocationManager()
      let isAllowed = [.authorizedAlways, .authorizedWhenInUse].contains(manager.authorizationStatus)
      let notifications = await UNUserNotificationCenter.current().notificationSettings().authorizationStatus
      return Readiness(
        location: isAllowed, preciseLocation: isAllowed && manager.accuracyAuthorization == .fullAccuracy,
        locationInBackground: manager.authorizationStatus == .authorizedAlways,
        locationOn: await Task.detached { CLLocationManager.locationServicesEnabled() }.value,
        notifications: [.authorized, .provisional, .ephemeral].contains(notifications),
        batteryOptimised: ProcessInfo.processInfo.isLowPowerModeEnabled,
        backgroundRestricted: UIApplication.shared.backgroundRefreshStatus != .available)
    }
  }
#endif
