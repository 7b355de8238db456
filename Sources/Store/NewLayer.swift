import GeoBridge
import Geometry
import Planning

/// What a layer will be, before its features are written.
package struct NewLayer: Sendable {
    /// A column as the source has it.
    package struct Field: Sendable, Hashable {
        package enum Kind: String, Sendable {
            case integer = "INTEGER"
            case real = "REAL"
            case text = "TEXT"
            case date = "DATE"
            case dateTime = "DATETIME"
            case boolean = "BOOLEAN"
            case binary = "BLOB"
        }
        package var name: String
        package var kind: Kind

        package init(name: String, kind: Kind) {
            self.name = name
            self.kind = kind
        }
    }

    package var table: String
    package var standard: String
    package var title: String
    package var role: LayerRole
    package var year: Int?
    package var fields: [Field]
    package var geometry: Shape.Kind?
    package var hasZ = false
    package var classSystem: String?
    /// Which of `fields` holds the class code, the unit's code and name, the number (BSM) and the name.
    package var classField: Int?
    package var unitField: Int?
    package var unitNameField: Int?
    package var numberField: Int?
    package var nameField: Int?
    /// Which of `fields` holds the field-ridge factor (KCXS).
    package var factorField: Int?
    package var source: String
    /// Asked for when the features are written.
    package var sourceHash: Later<String>?
    package var sourceCRS: String?
    package var encoding: String?
    package var notes = ""
    /// Whether the map draws it without being asked.
    package var isShown = true
    /// The box and number of features that the source announces. Where they hold, the overview is made on the way.
    package var expected: (box: Box, count: Int)?
    /// How the codes of the class field become classes, where they are of another classification.
    package var crosswalk: Crosswalk?
    /// What was done to the coordinates beyond what is exact, for the record.
    package var datumRecord: DatumRecord?
    /// The table whose columns stand behind the source's own.
    package var joined: JoinRecord?
    /// The system that the project takes over with this layer, when it has none yet.
    package var adopted: CoordinateSystem?

    package init(
        table: String, standard: String, title: String, role: LayerRole, year: Int? = nil, fields: [Field],
        geometry: Shape.Kind?, source: String
    ) {
        self.table = table
        self.standard = standard
        self.title = title
        self.role = role
        self.year = year
        self.fields = fields
        self.geometry = geometry
        self.source = source
    }
}

/// A value of a source feature. Text and bytes stay where they are and must live while the feature is added.
package enum SourceValue {
    case null
    case integer(Int64)
    case real(Double)
    case text(UnsafeRawBufferPointer)
    case blob(UnsafeRawBufferPointer)

    /// The value as text, the way a code or a number is written.
    package var string: String? {
        switch self {
        case .null, .blob: nil
        case .integer(let value): String(value)
        case .real(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }

    package var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .text(let bytes): Double(String(decoding: bytes, as: UTF8.self))
        case .null, .blob: nil
        }
    }
}
