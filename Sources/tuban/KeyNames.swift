import Terminal

extension Key {
    /// The name under which the keymap knows the key; nil for one that nothing can be bound to.
    var name: String {
        switch self {
        case .character(" "): "Space"
        case .character(let scalar): String(Character(scalar))
        case .control(let scalar): "C-\(Character(scalar))"
        case .alt(let scalar): "M-\(Character(scalar))"
        case .up: "Up"
        case .down: "Down"
        case .left: "Left"
        case .right: "Right"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .insert: "Ins"
        case .delete: "Del"
        case .enter: "Enter"
        case .escape: "Esc"
        case .tab: "Tab"
        case .backTab: "BTab"
        case .backspace: "BS"
        case .function(let number): "F\(number)"
        }
    }
}
