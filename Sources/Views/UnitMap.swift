import Canvas
import Commands
import Geometry
import Planning
import Store

/// A map of units, each filled with what an indicator says of it (等值区域图): by its warning, or in steps of its value.
struct UnitMap: Sendable {
    /// How a unit is filled.
    enum Shade: Hashable, Sendable {
        case level(WarningLevel)
        /// From 1 for the lowest fifth of the range to 5.
        case step(Int)
        case none

        /// The number that stands for it in a picture.
        fileprivate var number: UInt16 {
            switch self {
            case .none: 1
            case .level(let level): UInt16(2 + (WarningLevel.allCases.firstIndex(of: level) ?? 0))
            case .step(let step): UInt16(10 + step)
            }
        }

        /// The graver or the more, the more dots: a shade is told without colours.
        fileprivate func look(_ theme: Theme) -> Theme.ClassLook {
            let patterns: [UInt16] = [0x0001, 0x8020, 0xA050, 0x5A5A, 0xEEEE]
            switch self {
            case .none: return .init(style: .plain, letter: "?", pattern: 0)
            case .level(let level):
                let rank = WarningLevel.allCases.firstIndex(of: level) ?? 0
                return .init(
                    style: theme.role(level.role), letter: level.rawValue.unicodeScalars.first ?? "?",
                    pattern: patterns[4 - rank])
            case .step(let step):
                return .init(
                    style: theme.role("chart.line"), letter: Unicode.Scalar(UInt8(48 + step)),
                    pattern: patterns[step - 1])
            }
        }
    }

    private var outlines: [Int64: [Shape]] = [:]
    /// Of which units the outlines are.
    private var units: [Unit] = []
    /// The newest row of the journal when they were read.
    private var readUpTo: Int64 = 0
    private var kept: (key: Key, picture: MapPicture)?

    private struct Key: Hashable {
        var size: Size
        var glyphs: Glyphs
        var shades: [Int64: Shade]
    }

    var isEmpty: Bool { outlines.isEmpty }

    /// Reads the outlines of units, where they are others than before or anything has been done since.
    mutating func load(_ units: [Unit], in project: Project) throws {
        let head = try project.journalHead()?.id ?? 0
        guard units != self.units || head != readUpTo else { return }
        (outlines, self.units, readUpTo, kept) = (try project.unitOutlines(units), units, head, nil)
    }

    /// The shades of values: their warnings, else fifths of their range.
    static func shades(_ values: [IndicatorValue]) -> [Int64: Shade] {
        let byLevel = values.contains { $0.level != nil }
        let numbers = values.compactMap(\.value)
        let (low, high) = (numbers.min() ?? 0, numbers.max() ?? 0)
        return values.reduce(into: [:]) { shades, value in
            guard let number = value.value else { return shades[value.unit.id] = Shade.none }
            if byLevel {
                shades[value.unit.id] = value.level.map(Shade.level) ?? Shade.none
            } else {
                let share = high > low ? (number - low) / (high - low) : 0.5
                shades[value.unit.id] = .step(min(5, Int(share * 5) + 1))
            }
        }
    }

    /// Draws the units into a part of the frame, as large as they fit.
    ///
    /// - Parameter selected: the unit that bears an `@`.
    mutating func draw(
        into frame: inout Frame, rows: Range<Int>, columns: Range<Int>, shades: [Int64: Shade], selected: Int64?,
        _ session: Session
    ) {
        guard rows.count > 1, columns.count > 3, !outlines.isEmpty else { return }
        let size = Size(columns: columns.count, rows: rows.count)
        let key = Key(size: size, glyphs: session.glyphs, shades: shades)
        if kept?.key != key { kept = (key, picture(size, session, shades)) }
        guard var picture = kept?.picture else { return }
        if let selected, let shape = outlines[selected]?.first, let point = shape.labelPoint {
            picture.mark(point, "@", role: "map.selected")
        }
        let looks = Dictionary(shades.values.map { ($0.number, $0.look(session.theme)) }) { first, _ in first }
        picture.draw(
            into: &frame, at: Place(row: rows.lowerBound, column: columns.lowerBound), theme: session.theme
        ) { looks[$0] ?? Shade.none.look(session.theme) }
    }

    private func picture(_ size: Size, _ session: Session, _ shades: [Int64: Shade]) -> MapPicture {
        let box = outlines.values.joined().reduce(Box.empty) { $0.union($1.box) }
        let scale = MapScene.unitsPerMetre(session.system, box)
        var picture = MapPicture(
            viewport: Viewport(fitting: box, size: size, unitsPerMetre: scale), glyphs: session.glyphs)
        for unit in units {
            let shade = shades[unit.id] ?? .none
            for shape in outlines[unit.id] ?? [] { picture.fill(shape, class: shade.number, edged: true) }
        }
        for unit in units {
            guard let shape = outlines[unit.id]?.first, let point = shape.labelPoint,
                shape.box.width > picture.viewport.cellWidth * Double(displayWidth(of: unit.name) + 4),
                shape.box.height > picture.viewport.cellHeight * 3,
                // The name stands above the sign of the cursor.
                let place = picture.viewport.place(of: point), place.row > 0
            else { continue }
            picture.label(unit.name, at: picture.viewport.point(row: place.row - 1, column: place.column))
        }
        return picture
    }
}
