#if canImport(AVFoundation) && canImport(ImageIO)
  import AVFoundation
  import ImageIO
  import UniformTypeIdentifiers

  /// Small pictures for the dispatcher, decoded by the system, on the core's own thread. What it cannot decode has none.
  struct PreviewAdapter: PreviewPort {
    /// What the core takes: see `PreviewPort`.
    private static let mostPixels = 320
    private static let mostBytes = 12 * 1024

    func preview(path: String, mediaType: MediaType) throws -> Data {
      let url = URL(fileURLWithPath: path)
      guard let image = Self.videos[mediaType].map({ Self.frame(url, $0) }) ?? Self.picture(url) else {
        throw PortError.Unavailable
      }
      for quality in [0.75, 0.5, 0.25, 0.1] {
        if let jpeg = Self.jpeg(image, quality), jpeg.count <= Self.mostBytes { return jpeg }
      }
      throw PortError.Unavailable
    }

    private static let videos: [MediaType: String] = [
      .mp4: "video/mp4", .quickTime: "video/quicktime", .threeGp: "video/3gpp", .webM: "video/webm",
    ]

    /// The thumbnail is decoded at its own size, however large the picture says that it is, and stands upright.
    private static func picture(_ url: URL) -> CGImage? {
      let options: [CFString: Any] = [
        kCGImageSourceCreateThumbnailFromImageAlways: true, kCGImageSourceCreateThumbnailWithTransform: true,
        kCGImageSourceThumbnailMaxPixelSize: mostPixels, kCGImageSourceShouldCache: false,
      ]
      return CGImageSourceCreateWithURL(url as CFURL, nil).flatMap {
        CGImageSourceCreateThumbnailAtIndex($0, 0, options as CFDictionary)
      }
    }

    /// Our copies have no ending, so the system is told what they are.
    private static func frame(_ url: URL, _ mime: String) -> CGImage? {
      let video = AVURLAsset(url: url, options: [AVURLAssetOverrideMIMETypeKey: mime])
      let generator = AVAssetImageGenerator(asset: video)
      generator.appliesPreferredTrackTransform = true
      generator.maximumSize = CGSize(width: mostPixels, height: mostPixels)
      return try? generator.copyCGImage(at: .zero, actualTime: nil)
    }

    private static func jpeg(_ image: CGImage, _ quality: Double) -> Data? {
      let data = NSMutableData()
      let type = UTType.jpeg.identifier as CFString
      guard let target = CGImageDestinationCreateWithData(data, type, 1, nil) else { return nil }
      let options = [kCGImageDestinationLossyCompressionQuality: quality] as CFDictionary
      CGImageDestinationAddImage(target, image, options)
      return CGImageDestinationFinalize(target) ? data as Data : nil
    }
  }
#endif
