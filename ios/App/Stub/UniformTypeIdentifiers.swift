// Stands for what the app takes of Apple's UniformTypeIdentifiers; see `SwiftUI.swift`, where its one type stands.
