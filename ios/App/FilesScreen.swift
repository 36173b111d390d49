import PhotosUI
import SiagaKit
import SwiftUI
import UniformTypeIdentifiers

/// Photos, videos and sound of an open incident or a draft: made and chosen with the system's own screens.
struct FilesScreen: View {
  let id: IncidentId
  @Environment(Phone.self) private var phone
  @State private var picked: [PhotosPickerItem] = []
  @State private var kinds: [UTType] = []
  @State private var isChoosing = false
  @State private var isShooting = false
  @State private var isVideo = false

  var body: some View {
    let incident = phone.model.snapshot?.incidents.first { $0.id == id && ($0.isOpen || $0.state == .draft) }
    List {
      Line(words: text("files_what"))
      Line(words: incident?.title, look: .headline)
      FileLines(files: incident?.files ?? [])
      Line(words: incident?.upload.line, look: .quiet)
      Decisions(files: incident?.files ?? [])
      if incident?.files.isEmpty != false { Line(words: text(incident == nil ? "files_closed" : "files_none")) }
      Line(words: phone.refused, look: .trouble)
      if incident != nil {
        if Camera.isThere {
          Button(text("add_photo")) { shoot(video: false) }
          Button(text("add_video")) { shoot(video: true) }
        }
        PhotosPicker(text("add_library"), selection: $picked, matching: .any(of: [.images, .videos]))
          .onChange(of: picked) { take(id) }
        Button(text("add_sound")) { choose([.audio]) }
        Button(text("add_file")) { choose([.image, .movie, .audio]) }
          .fileImporter(isPresented: $isChoosing, allowedContentTypes: kinds, allowsMultipleSelection: true) { chosen in
            for url in (try? chosen.get()) ?? [] { attach { try await $0.attach(incident: id, url: url) } }
          }
          .sheet(isPresented: $isShooting) {
            Camera(isVideo: isVideo) { shot in
              isShooting = false
              if let shot { take(shot, id) }
            }
          }
      }
    }
    .navigationTitle(text("files"))
  }

  private func shoot(video: Bool) { (isVideo, isShooting) = (video, true) }

  private func choose(_ kinds: [UTType]) { (self.kinds, isChoosing) = (kinds, true) }

  private func take(_ shot: Shot, _ id: IncidentId) {
    switch shot {
    case .photo(let data): attach { try await $0.attach(incident: id, name: "photo.jpg", data: data) }
    case .video(let file): attach { try await $0.attach(incident: id, picked: file) }
    }
  }

  private func take(_ id: IncidentId) {
    let items = picked
    picked = []
    for item in items {
      attach { sdk in
        guard let file = try await item.loadTransferable(type: PickedFile.self) else {
          throw SiagaError.Attach(fault: .unreadable)
        }
        return try await sdk.attach(incident: id, picked: file)
      }
    }
  }

  private func attach(_ call: @escaping @Sendable (SiagaSdk) async throws -> FileId) { Task { await phone.ask(call) } }
}

/// What the citizen may decide of each file.
private struct Decisions: View {
  @Environment(Phone.self) private var phone
  let files: [FileView]

  var body: some View {
    ForEach(files, id: \.id) { file in
      if file.canBeWithdrawn {
        Menu(text("titled", printable(file.name), text("files_decide"))) {
          if file.state == .metered {
            Button(text("file_any_network")) { ask { try $0.allowAnyNetwork(file: file.id) } }
          }
          if file.state == .waiting || file.state == .metered {
            Button(text("file_pause")) { ask { try $0.pauseFile(file: file.id) } }
          }
          if file.state == .paused { Button(text("file_resume")) { ask { try $0.resumeFile(file: file.id) } } }
          Button(text("file_withdraw")) { ask { try $0.withdrawFile(file: file.id) } }
        }
      }
    }
  }

  private func ask(_ call: @escaping @Sendable (Siaga) throws -> Void) {
    Task { await phone.ask { try await $0.call(call) } }
  }
}

extension FileView {
  fileprivate var canBeWithdrawn: Bool { [.held, .waiting, .paused, .metered, .unproven, .refused].contains(state) }
}
