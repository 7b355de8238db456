import Store
import Stream

/// A column's kind as the stream between processes names it, and as the project does: one and the same list.
extension NewLayer.Field.Kind {
    init(_ kind: SourceField.Kind) {
        self =
            switch kind {
            case .integer: .integer
            case .real: .real
            case .text: .text
            case .date: .date
            case .dateTime: .dateTime
            case .boolean: .boolean
            case .binary: .binary
            }
    }
}

extension SourceField.Kind {
    init(_ kind: NewLayer.Field.Kind) {
        self =
            switch kind {
            case .integer: .integer
            case .real: .real
            case .text: .text
            case .date: .date
            case .dateTime: .dateTime
            case .boolean: .boolean
            case .binary: .binary
            }
    }
}
