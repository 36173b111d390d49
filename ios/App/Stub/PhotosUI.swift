// Stands for what the app takes of Apple's PhotosUI; see `SwiftUI.swift`, where its picker stands.
