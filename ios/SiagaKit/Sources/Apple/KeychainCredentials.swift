#if canImport(Security)
  import Foundation
  import Security

  /// Keeps the host's credentials on this device alone: readable after the first unlock, in no backup. Until then they are
  /// locked, which is no loss: an SOS goes without them (F59).
  public final class KeychainCredentials: CredentialsPort {
    private static let item: [CFString: Any] = [
      kSecClass: kSecClassGenericPassword, kSecAttrService: "io.siaga", kSecAttrAccount: "credentials",
    ]

    /// All share the one item.
    public init() {}

    /// Replaces what is kept; none when the citizen signs out. Tell the core: `sdk.call { try $0.identityChanged() }`. Throws
    /// `PortError.Unavailable` when the Keychain does not take it.
    public func keep(_ headers: [Header]) throws {
      SecItemDelete(Self.item as CFDictionary)
      let values: [CFString: Any] = [
        kSecValueData: try JSONEncoder().encode(headers.map { [$0.name, $0.value] }),
        kSecAttrAccessible: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
      ]
      let status = SecItemAdd(Self.item.merging(values) { $1 } as CFDictionary, nil)
      guard status == errSecSuccess else { throw PortError.Unavailable }
    }

    public func headers() throws -> [Header] {
      var found: CFTypeRef?
      let status = SecItemCopyMatching(Self.item.merging([kSecReturnData: true]) { $1 } as CFDictionary, &found)
      if status == errSecItemNotFound { return [] }
      guard status == errSecSuccess, let data = found as? Data else { throw PortError.Unavailable }
      let pairs = (try? JSONDecoder().decode([[String]].self, from: data)) ?? []
      return pairs.filter { $0.count == 2 }.map { Header(name: $0[0], value: $0[1]) }
    }
  }
#endif
