import Planning

/// A planted case: a place where the answer of a rule, or a fault of the data, is known in advance.
///
/// Each takes a square of two by two cells, the *site*. Parcels and features of other layers are put on parts of it, so
/// what they have in common is known to the last digit.
struct Case: Sendable {
    enum Verdict: String, Sendable {
        case held, broken, unknown, fault
        /// Belongs to the case before it.
        case support = ""
    }

    enum Place: String, Sendable {
        /// Anywhere on land, by the coast, across the coast line, in the sea; the last three only in coastal counties.
        case land, shore, coast, sea
    }

    /// A part of the site.
    enum Extent: Hashable, Sendable {
        case left, right, both, leftLow, rightLow
        /// A square of so many metres in the lower left cell.
        case square(Int)
        /// The line at the right edge; of a coast case the coast line.
        case edge
        /// Across the coast line.
        case across
        /// Blocks of sea of more than 60 ha together.
        case wide
        /// A feature without geometry.
        case nothing

        /// Whether it takes in half 0, the left, or half 1, the right, of the site.
        func holds(_ half: Int) -> Bool { self == .both || self == (half == 0 ? .left : .right) }

        init?(_ text: some StringProtocol) {
            switch text {
            case "L": self = .left
            case "R": self = .right
            case "B": self = .both
            case "LB": self = .leftLow
            case "RB": self = .rightLow
            case "E": self = .edge
            case "X": self = .across
            case "K": self = .wide
            case "N": self = .nothing
            default:
                guard text.first == "C", let size = Int(text.dropFirst()) else { return nil }
                self = .square(size)
            }
        }
    }

    /// A feature on the site, or for parcels of the survey what is different about them.
    struct Mark: Sendable {
        let layer: String
        let extent: Extent
        /// Values by field; an empty one stands for null.
        let values: [(field: String, value: String)]

        func value(_ field: String) -> String? { values.first { $0.field == field }?.value }
    }

    let id: String
    /// The rule, or the kind of fault.
    let rule: String
    let verdict: Verdict
    let place: Place
    /// What grows on the left and on the right half in every year but the last; nil leaves the ground as it is.
    let before: (left: Cover, right: Cover)?
    /// What stands there in the last year, one parcel of both halves when they were given as one.
    let after: (left: Cover, right: Cover, isOne: Bool)?
    let marks: [Mark]
    /// The layer that is judged, and the one it is judged against.
    let footprint: String
    let against: String
    /// The part of the site whose area is the measure of the case.
    let measured: Extent?
    let why: String

    /// What ties a case and its supporting features together (XMDM).
    var group: String { id.hasSuffix("+") ? String(id.dropLast()) : id }

    /// In table order.
    static let all: [Case] = {
        do {
            return try load(Tables.cases())
        } catch {
            // The table is part of the program and a test loads it; a fault in it is our own mistake.
            preconditionFailure("\(error)")
        }
    }()

    static func load(_ csv: CSV) throws -> [Case] {
        let columns = try [
            "id", "rule", "verdict", "ground", "before", "after", "marks", "footprint", "against", "measured", "why",
        ].map(csv.required)
        return try csv.rows.map { row in
            let text = columns.map { row.values[$0] }
            func fault(_ what: String) -> TableFault {
                TableFault(csv.file, row.line, "\(what) cannot be read.", "无法识别 \(what)。")
            }
            guard let verdict = Verdict(rawValue: text[2]) else { throw fault(text[2]) }
            guard let place = Place(rawValue: text[3]) else { throw fault(text[3]) }
            func covers(_ text: String) throws -> [Cover] {
                try text.split(separator: "|").map { name in
                    guard let cover = Cover.named(name) else { throw fault(String(name)) }
                    return cover
                }
            }
            let before = try covers(text[4]), after = try covers(text[5])
            guard before.isEmpty || before.count == 2, after.count <= 2 else { throw fault(text[4]) }
            var measured: Extent?
            if !text[9].isEmpty {
                measured = Extent(text[9])
                if measured == nil { throw fault(text[9]) }
            }
            return Case(
                id: text[0], rule: text[1], verdict: verdict, place: place,
                before: before.count == 2 ? (before[0], before[1]) : nil,
                after: after.first.map { ($0, after.last ?? $0, after.count == 1) },
                marks: try text[6].split(separator: ";").map { part in
                    guard let mark = mark(part) else { throw fault(String(part)) }
                    return mark
                }, footprint: text[7], against: text[8], measured: measured, why: text[10])
        }
    }

    /// Reads `LAYER@EXTENT FIELD=VALUE FIELD=`.
    private static func mark(_ text: Substring) -> Mark? {
        let words = text.split(separator: " ")
        guard let head = words.first?.split(separator: "@"), head.count == 2, let extent = Extent(head[1]) else {
            return nil
        }
        var values: [(field: String, value: String)] = []
        for word in words.dropFirst() {
            guard let sign = word.firstIndex(of: "=") else { return nil }
            values.append((String(word[..<sign]), String(word[word.index(after: sign)...])))
        }
        return Mark(layer: String(head[0]), extent: extent, values: values)
    }
}
