// Stands for Apple's SwiftUI where there is none, so that a misspelt call into our own layer is found there. It has what the
// app's screens use, draws nothing, and is no part of any app.

@_exported import Foundation
@_exported import Observation

@MainActor @preconcurrency
public protocol View {
  associatedtype Body: View
  @ViewBuilder @MainActor var body: Body { get }
}

/// A view that is made of no others.
public protocol Leaf: View {}

extension Leaf {
  public var body: Never { return fatalError() }
}

extension Never: Leaf {}

/// Any view.
public struct Drawn: Leaf {}

@resultBuilder
public enum ViewBuilder {
  public static func buildExpression(_ view: some View) -> Drawn { fatalError() }
  public static func buildBlock(_ views: Drawn...) -> Drawn { fatalError() }
  public static func buildOptional(_ view: Drawn?) -> Drawn { fatalError() }
  public static func buildEither(first view: Drawn) -> Drawn { fatalError() }
  public static func buildEither(second view: Drawn) -> Drawn { fatalError() }
}

extension Optional: View where Wrapped: View {
  public var body: Never { return fatalError() }
}

// MARK: Views

public struct Text: Leaf {
  public init(_ text: some StringProtocol) {}
  public func font(_ font: Font?) -> Text { self }
}

public struct Button: Leaf {
  public init(_ title: some StringProtocol, role: ButtonRole? = nil, action: @escaping @MainActor () -> Void) {}
}

public struct Menu: Leaf {
  public init(_ title: some StringProtocol, @ViewBuilder content: () -> some View) {}
}

public struct ButtonRole: Sendable {
  public static let cancel = ButtonRole()
  public static let destructive = ButtonRole()
}

public struct TextField: Leaf {
  public init(_ title: some StringProtocol, text: Binding<String>, axis: Axis = .horizontal) {}
}

public struct Toggle: Leaf {
  public init(_ title: some StringProtocol, isOn: Binding<Bool>) {}
}

public struct SecureField: Leaf {
  public init(_ title: some StringProtocol, text: Binding<String>) {}
}

public enum Axis { case horizontal, vertical }

public struct VStack: Leaf {
  public init(alignment: HorizontalAlignment = .center, spacing: Double? = nil, @ViewBuilder content: () -> some View) {}
}

public enum VerticalAlignment { case center, firstTextBaseline }

public struct HStack: Leaf {
  public init(alignment: VerticalAlignment = .center, spacing: Double? = nil, @ViewBuilder content: () -> some View) {}
}

public struct Image: Leaf {
  public init(systemName: String) {}
}

public struct List: Leaf {
  public init(@ViewBuilder content: () -> some View) {}
}

public struct Section: Leaf {
  public init(@ViewBuilder content: () -> some View) {}
  public init(_ title: some StringProtocol, @ViewBuilder content: () -> some View) {}
}

public struct NavigationStack: Leaf {
  public init(@ViewBuilder root: () -> some View) {}
}

public struct NavigationLink: Leaf {
  public init(_ title: some StringProtocol, @ViewBuilder destination: () -> some View) {}
}

public struct ForEach: Leaf {
  public init<Data: RandomAccessCollection>(
    _ data: Data, id: KeyPath<Data.Element, some Hashable>, @ViewBuilder content: @escaping (Data.Element) -> some View
  ) {}
}

public struct Picker<Value: Hashable>: Leaf {
  public init(_ title: some StringProtocol, selection: Binding<Value>, @ViewBuilder content: () -> some View) {}
}

public struct PhotosPickerItem: Sendable, Equatable {
  public func loadTransferable<T: Sendable>(type: T.Type) async throws -> T? { nil }
}

public struct PHPickerFilter {
  public static let images = PHPickerFilter(), videos = PHPickerFilter()
  public static func any(of filters: [PHPickerFilter]) -> PHPickerFilter { PHPickerFilter() }
}

public struct PhotosPicker: Leaf {
  public init(_ title: some StringProtocol, selection: Binding<[PhotosPickerItem]>, matching: PHPickerFilter?) {}
}

public struct UTType: Sendable {
  public static let image = UTType(), movie = UTType(), audio = UTType()
}

public protocol Shape: Leaf {}

extension Shape {
  public func fill(_ color: Color) -> some View { self }
}

public struct Circle: Shape {
  public init() {}
}

// MARK: Looks

public struct Color: Leaf, Sendable {
  public nonisolated static let white = Color(), red = Color(), orange = Color(), green = Color()
  nonisolated init() {}
  public nonisolated init(red: Double, green: Double, blue: Double) {}
}

public struct Font: Sendable {
  public static let body = Font(), subheadline = Font(), headline = Font(), title3 = Font(), largeTitle = Font()
  public func bold() -> Font { self }
}

public enum ScenePhase: Sendable { case active, inactive, background }
public enum HorizontalAlignment { case leading, center }
public enum Alignment { case leading, center }
public enum VerticalEdge { case top, bottom }

public protocol PickerStyle {}
public struct InlinePickerStyle: PickerStyle {}
extension PickerStyle where Self == InlinePickerStyle {
  public static var inline: InlinePickerStyle { InlinePickerStyle() }
}

public struct AccessibilityTraits: OptionSet, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
  public static let isHeader = Self(rawValue: 1), isButton = Self(rawValue: 2)
}

public enum AccessibilityChildBehavior { case ignore, combine }

public enum AccessibilityNotification {
  public struct Announcement {
    public init(_ words: String) {}
    public func post() {}
  }
}

public protocol Gesture {}

public struct DragGesture: Gesture {
  public struct Value {}
  public init(minimumDistance: Double = 10) {}
  public func onChanged(_ action: @escaping @MainActor (Value) -> Void) -> DragGesture { self }
  public func onEnded(_ action: @escaping @MainActor (Value) -> Void) -> DragGesture { self }
}

extension View {
  public func font(_ font: Font?) -> some View { self }
  public func foregroundStyle(_ color: Color) -> some View { self }
  public func padding(_ length: Double = 16) -> some View { self }
  public func frame(minWidth: Double? = nil, maxWidth: Double? = nil, minHeight: Double? = nil, alignment: Alignment = .center)
    -> some View
  { self }
  public func background(_ view: some View) -> some View { self }
  public func opacity(_ opacity: Double) -> some View { self }
  public func contentShape(_ shape: some Shape) -> some View { self }
  public func gesture(_ gesture: some Gesture) -> some View { self }
  public func pickerStyle(_ style: some PickerStyle) -> some View { self }
  public func autocorrectionDisabled() -> some View { self }
  public func tag(_ value: some Hashable) -> some View { self }
  public func disabled(_ isDisabled: Bool) -> some View { self }
  public func onDisappear(perform action: @escaping @MainActor () -> Void) -> some View { self }
  public func navigationDestination<Item: Hashable>(
    item: Binding<Item?>, @ViewBuilder destination: @escaping (Item) -> some View
  ) -> some View { self }
  public func navigationTitle(_ title: some StringProtocol) -> some View { self }
  public func environment(_ object: some AnyObject & Observable) -> some View { self }
  public func onChange<V: Equatable>(of value: V, initial: Bool = false, _ action: @escaping @MainActor () -> Void)
    -> some View
  { self }
  public func onChange<V: Equatable>(of value: V, initial: Bool = false, _ action: @escaping @MainActor (V, V) -> Void)
    -> some View
  { self }
  public func safeAreaInset(edge: VerticalEdge, @ViewBuilder content: () -> some View) -> some View { self }
  public func sheet(isPresented: Binding<Bool>, @ViewBuilder content: () -> some View) -> some View { self }
  public func fileImporter(
    isPresented: Binding<Bool>, allowedContentTypes: [UTType], allowsMultipleSelection: Bool,
    onCompletion: @escaping @MainActor (Result<[URL], any Error>) -> Void
  ) -> some View { self }
  public func alert(
    _ title: some StringProtocol, isPresented: Binding<Bool>, @ViewBuilder actions: () -> some View,
    @ViewBuilder message: () -> some View
  ) -> some View { self }
  public func accessibilityElement(children: AccessibilityChildBehavior) -> some View { self }
  public func accessibilityHidden(_ isHidden: Bool) -> some View { self }
  public func accessibilityLabel(_ label: some StringProtocol) -> some View { self }
  public func accessibilityAddTraits(_ traits: AccessibilityTraits) -> some View { self }
  public func accessibilityAction(_ action: @escaping @MainActor () -> Void) -> some View { self }
}

// MARK: State

@propertyWrapper @dynamicMemberLookup
public struct Binding<Value> {
  public init() {}
  public init(
    get: @escaping @isolated(any) @Sendable () -> Value, set: @escaping @isolated(any) @Sendable (Value) -> Void
  ) {}
  public var wrappedValue: Value {
    get { fatalError() }
    nonmutating set {}
  }
  public var projectedValue: Binding<Value> { self }
  public subscript<Part>(dynamicMember path: WritableKeyPath<Value, Part>) -> Binding<Part> { fatalError() }
}

@MainActor @propertyWrapper @dynamicMemberLookup
public struct Bindable<Value: AnyObject & Observable> {
  public init(wrappedValue: Value) {}
  public var wrappedValue: Value {
    get { fatalError() }
    nonmutating set {}
  }
  public var projectedValue: Bindable<Value> { self }
  public subscript<Part>(dynamicMember path: ReferenceWritableKeyPath<Value, Part>) -> Binding<Part> { fatalError() }
}

@MainActor @propertyWrapper
public struct State<Value> {
  public init(wrappedValue: Value) {}
  public var wrappedValue: Value {
    get { fatalError() }
    nonmutating set {}
  }
  public var projectedValue: Binding<Value> { fatalError() }
}

@MainActor @propertyWrapper
public struct AppStorage<Value> {
  public init(_ key: String) where Value: ExpressibleByNilLiteral {}
  public init(wrappedValue: Value, _ key: String) {}
  public var wrappedValue: Value {
    get { fatalError() }
    nonmutating set {}
  }
  public var projectedValue: Binding<Value> { fatalError() }
}

@MainActor @propertyWrapper
public struct Environment<Value> {
  public init(_ key: KeyPath<EnvironmentValues, Value>) {}
  public init(_ type: Value.Type) where Value: AnyObject & Observable {}
  public var wrappedValue: Value { fatalError() }
}

public struct EnvironmentValues {
  public var scenePhase: ScenePhase { .active }
  public var dismiss: DismissAction { fatalError() }
  public var openURL: OpenURLAction { fatalError() }
}

@MainActor
public struct DismissAction {
  public func callAsFunction() {}
}

@MainActor
public struct OpenURLAction {
  public func callAsFunction(_ url: URL) {}
}

// MARK: Screens of UIKit

@MainActor @preconcurrency
public protocol UIViewControllerRepresentable: Leaf {
  associatedtype Controller
  associatedtype Coordinator
  typealias Context = UIViewControllerRepresentableContext<Self>
  func makeUIViewController(context: Context) -> Controller
  func updateUIViewController(_ controller: Controller, context: Context)
  func makeCoordinator() -> Coordinator
}

@MainActor
public struct UIViewControllerRepresentableContext<Of: UIViewControllerRepresentable> {
  public var coordinator: Of.Coordinator { fatalError() }
}

// MARK: The app

@MainActor
public protocol Scene {}

public struct WindowGroup: Scene {
  public init(@ViewBuilder content: () -> some View) {}
}

@MainActor
public protocol App {
  associatedtype Body: Scene
  @MainActor var body: Body { get }
  init()
}

extension App {
  public static func main() {}
}

@MainActor @propertyWrapper
public struct UIApplicationDelegateAdaptor<Delegate: NSObject> {
  public init(_ type: Delegate.Type) {}
  public var wrappedValue: Delegate { fatalError() }
}
