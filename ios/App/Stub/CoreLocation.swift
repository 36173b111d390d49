// Stands for what the app takes of Apple's CoreLocation; see `SwiftUI.swift`.

public enum CLAuthorizationStatus: Sendable { case notDetermined, restricted, denied, authorizedAlways, authorizedWhenInUse }

open class CLLocationManager {
  public init() {}
  public var authorizationStatus: CLAuthorizationStatus { .notDetermined }
  public func requestWhenInUseAuthorization() {}
  public func requestAlwaysAuthorization() {}
}
