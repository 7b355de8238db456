import Phrases

/// What is wrong, or worth knowing, in a boundary file.
package struct BoundaryFault: Hashable, Sendable {
    package enum Severity: Int, Hashable, Sendable, Comparable, CaseIterable {
        case info, warning
        /// Stops until a person confirms the way it was read.
        case confirm
        case stops

        package static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }

        package var name: Phrase {
            switch self {
            case .info: Phrase("info", "提示")
            case .warning: Phrase("warning", "警告")
            case .confirm: Phrase("to be confirmed", "待确认")
            case .stops: Phrase("stops", "错误")
            }
        }
    }

    package enum Kind: String, Hashable, Sendable, CaseIterable {
        // The text
        case undecodable, fullWidth = "full_width", notUnderstood = "not_understood"
        // The header
        case keyTwice = "key_twice", headerValue = "header_value", parameters, datum, secondHeader = "second_header"
        case reference
        // Parcel lines
        case parcelMark = "parcel_mark", fieldCount = "field_count", shapeKind = "shape_kind"
        case pointCount = "point_count", noPoints = "no_points", noParcels = "no_parcels"
        // Point lines
        case noParcel = "no_parcel", pointFields = "point_fields", notANumber = "not_a_number", digits
        case repeatedColumn = "repeated_column", implausible, swappedPoint = "swapped_point"
        case sideLength = "side_length"
        // Columns and zones
        case swappedAxes = "swapped_axes", zoneConflict = "zone_conflict", zoneMixed = "zone_mixed"
        case prefixTwice = "prefix_twice", noPrefix = "no_prefix"
        // Rings
        case open, closingLabel = "closing_label", closingOff = "closing_off", ringNumber = "ring_number"
        case repeatedPoint = "repeated_point", fewPoints = "few_points", selfCrossing = "self_crossing"
        case ringsCross = "rings_cross", parts
        // The area
        case noArea = "no_area", areaText = "area_text", areaUnit = "area_unit", areaDiffers = "area_differs"
    }

    package var kind: Kind
    package var severity: Severity
    /// The lines it is about, counted from 1; 0 for the file as a whole.
    package var lines: ClosedRange<Int>
    package var what: Phrase
    package var remedy: Phrase

    package var line: Int { lines.lowerBound }
}

/// Gathers faults; a file of a million broken lines is told in some hundred sentences, and yet names every line.
struct FaultList {
    private(set) var faults: [BoundaryFault] = []
    private var counts: [BoundaryFault.Kind: Int] = [:]
    private static let most = 100

    /// Where `rest` of a kind stands in `faults`, once there are too many of it.
    private var rest: [BoundaryFault.Kind: (index: Int, more: Int)] = [:]

    mutating func add(
        _ kind: BoundaryFault.Kind, _ severity: BoundaryFault.Severity, _ lines: ClosedRange<Int>, _ what: Phrase,
        _ remedy: Phrase = Phrase("", "")
    ) {
        let count = counts[kind, default: 0] + 1
        counts[kind] = count
        guard count > Self.most else {
            faults.append(BoundaryFault(kind: kind, severity: severity, lines: lines, what: what, remedy: remedy))
            return
        }
        var (index, more) = rest[kind] ?? (faults.count, 0)
        more += 1
        if index == faults.count {
            faults.append(BoundaryFault(kind: kind, severity: severity, lines: lines, what: what, remedy: remedy))
        }
        faults[index].severity = max(faults[index].severity, severity)
        faults[index].lines =
            min(
                faults[index].lines.lowerBound, lines.lowerBound)...max(
                faults[index].lines.upperBound, lines.upperBound)
        faults[index].what = Phrase(
            "\(more) more of the kind: \(what.english)", "同类问题另有 \(more) 处：\(what.chinese)")
        rest[kind] = (index, more)
    }

    mutating func add(
        _ kind: BoundaryFault.Kind, _ severity: BoundaryFault.Severity, _ line: Int, _ what: Phrase,
        _ remedy: Phrase = Phrase("", "")
    ) {
        add(kind, severity, line...line, what, remedy)
    }

    /// In the order of the lines, the gravest of a line first.
    var sorted: [BoundaryFault] {
        faults.enumerated().sorted { a, b in
            if a.element.line != b.element.line { return a.element.line < b.element.line }
            if a.element.severity != b.element.severity { return a.element.severity > b.element.severity }
            return a.offset < b.offset
        }.map(\.element)
    }
}
