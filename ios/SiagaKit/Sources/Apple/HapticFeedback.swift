#if os(iOS) && canImport(UIKit)
  import UIKit

  extension Haptics {
    @MainActor
    func play(_ normal: UIImpactFeedbackGenerator.FeedbackStyle) {
      if self != .none { UIImpactFeedbackGenerator(style: self == .faint ? .soft : normal).impactOccurred() }
    }
  }
#endif
