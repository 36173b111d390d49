import SiagaKit
import SwiftUI
import UIKit

/// What came of the camera.
enum Shot: Sendable {
  case photo(Data)
  case video(PickedFile)
}

/// The system's own camera, for one photo or one video.
struct Camera: UIViewControllerRepresentable {
  let isVideo: Bool
  /// Called once; with nothing when the citizen threw it away.
  let done: @MainActor (Shot?) -> Void

  /// Simulators and some phones have none.
  static var isThere: Bool { UIImagePickerController.isSourceTypeAvailable(.camera) }

  func makeUIViewController(context: Context) -> UIImagePickerController {
    let camera = UIImagePickerController()
    camera.sourceType = .camera
    camera.mediaTypes = [isVideo ? "public.movie" : "public.image"]
    camera.delegate = context.coordinator
    return camera
  }

  func updateUIViewController(_ camera: UIImagePickerController, context: Context) {}

  func makeCoordinator() -> Ear { Ear(done) }

  @MainActor
  final class Ear: NSObject, UIImagePickerControllerDelegate, UINavigationControllerDelegate {
    private let done: @MainActor (Shot?) -> Void

    init(_ done: @escaping @MainActor (Shot?) -> Void) { self.done = done }

    func imagePickerController(
      _ camera: UIImagePickerController, didFinishPickingMediaWithInfo info: [UIImagePickerController.InfoKey: Any]
    ) {
      // The system removes its own file when this returns.
      let video = (info[.mediaURL] as? URL).flatMap { try? PickedFile(of: $0) }
      let photo = (info[.originalImage] as? UIImage)?.jpegData(compressionQuality: 0.9)
      done(video.map(Shot.video) ?? photo.map(Shot.photo))
    }

    func imagePickerControllerDidCancel(_ camera: UIImagePickerController) { done(nil) }
  }
}
