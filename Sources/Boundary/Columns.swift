import Phrases

/// What a coordinate can be by its size alone.
enum Magnitude: Hashable {
    case degrees
    /// Six digits: an easting without the zone's number, or a northing far in the south.
    case bare
    /// Up to seven digits.
    case northing
    case prefixed(Int)
    /// The zone's number was put before an easting that had it; the millions that are too many.
    case twice(Int, millions: Int64)
    /// Eight digits that begin with the number of no Chinese zone.
    case foreign(Int)
    case odd

    init(_ number: FixedDecimal) {
        let value = number.value
        func zone(_ value: Double) -> Int? {
            let prefix = Int(value / 1e6)
            let rest = value - Double(prefix) * 1e6
            return 10...99 ~= prefix && 100_000...900_000 ~= rest ? prefix : nil
        }
        func isZone(_ prefix: Int) -> Bool { BoundaryReference.Zone(prefix: prefix) != nil }
        switch value {
        case -180...180: self = .degrees
        case 180_000...820_000: self = .bare
        case 820_000..<6_100_000: self = .northing
        case 1e7..<1e8:
            guard let prefix = zone(value) else {
                self = .odd
                return
            }
            if isZone(prefix) {
                self = .prefixed(prefix)
            } else if prefix % 2 == 0, isZone(prefix / 2), prefix > 45 {
                self = .twice(prefix / 2, millions: Int64(prefix / 2))
            } else {
                self = .foreign(prefix)
            }
        case 1e9..<1e10:
            let before = Int(value / 1e8)
            guard isZone(before), zone(value - Double(before) * 1e8) == before else {
                self = .odd
                return
            }
            self = .twice(before, millions: Int64(before) * 100)
        default: self = .odd
        }
    }

    var isNorth: Bool { self == .northing || self == .bare }

    var isEast: Bool {
        switch self {
        case .bare, .prefixed, .twice, .foreign: true
        case .degrees, .northing, .odd: false
        }
    }

    /// The zone that an easting names.
    var zone: Int? {
        switch self {
        case .prefixed(let number), .twice(let number, _), .foreign(let number): number
        case .degrees, .bare, .northing, .odd: nil
        }
    }
}

/// What the two columns of a parcel's points are, by the vote of all its points.
struct Columns {
    enum System: Hashable {
        case degrees
        /// Metres without the zone's number.
        case bare
        case zone(Int)
    }

    private(set) var system: System?
    /// Nil when the numbers allow both orders.
    private(set) var isEastFirst: Bool?

    init(_ points: [RawPoint]) {
        var (north, east, degrees, metres) = (0, 0, 0, 0)
        var zones: [Int?: Int] = [:]
        for point in points {
            guard let first = point.first, let second = point.second, first != second else { continue }
            let fit = Fit(first, second)
            if fit.isDegrees { degrees += 1 } else if fit.northFirst || fit.eastFirst { metres += 1 }
            if fit.northFirst, !fit.eastFirst { north += 1 }
            if fit.eastFirst, !fit.northFirst { east += 1 }
            if fit.northFirst || fit.eastFirst, !fit.isDegrees {
                zones[Magnitude(fit.northFirst ? second : first).zone, default: 0] += 1
            }
        }
        isEastFirst = north == east ? nil : east > north
        guard degrees + metres > 0 else { return }
        let found = zones.max { ($0.value, $0.key ?? 0) < ($1.value, $1.key ?? 0) }?.key
        system = degrees > metres ? .degrees : found.flatMap { $0 }.map { .zone($0) } ?? .bare
    }

    /// In which order two numbers can be a place in China.
    struct Fit {
        let isDegrees: Bool
        let northFirst: Bool
        let eastFirst: Bool

        init(_ first: FixedDecimal, _ second: FixedDecimal) {
            let (a, b) = (Magnitude(first), Magnitude(second))
            isDegrees = a == .degrees && b == .degrees
            if isDegrees {
                let isLatitude = { (value: Double) in 3...54 ~= value }
                let isLongitude = { (value: Double) in 73...136 ~= value }
                northFirst = isLatitude(first.value) && isLongitude(second.value)
                eastFirst = isLongitude(first.value) && isLatitude(second.value)
            } else {
                northFirst = a.isNorth && b.isEast
                eastFirst = a.isEast && b.isNorth
            }
        }
    }
}

extension Columns {
    /// Puts a parcel's points into north and east; those that do not fit the others are told and left nil.
    func places(
        of parcel: RawParcel, eastFirst: Bool, _ faults: inout FaultList
    ) -> [BoundaryPoint?] {
        var twice: ClosedRange<Int>?
        let places = parcel.points.enumerated().map { index, point -> BoundaryPoint? in
            guard let first = point.first, let second = point.second else { return nil }
            if first == second {
                tellRepeated(point, parcel.points, index, eastFirst, &faults)
                return nil
            }
            let fit = Fit(first, second)
            let (north, east) = eastFirst ? (second, first) : (first, second)
            let isRight = eastFirst ? fit.eastFirst : fit.northFirst
            guard isRight else {
                tellWrong(point, north, east, isTurned: eastFirst ? fit.northFirst : fit.eastFirst, &faults)
                return nil
            }
            let magnitude = Magnitude(east)
            guard matches(fit.isDegrees ? nil : magnitude.zone, fit.isDegrees) else {
                tellStranger(point, east, &faults)
                return nil
            }
            guard case .twice(_, let millions) = magnitude, !fit.isDegrees else {
                return BoundaryPoint(label: point.label, north: north, east: east)
            }
            twice = (twice?.lowerBound ?? point.line)...point.line
            return east.adding(millions: -millions).map {
                BoundaryPoint(label: point.label, north: north, east: $0)
            }
        }
        if let twice, case .zone(let number) = system {
            faults.add(
                .prefixTwice, .confirm, twice,
                Phrase(
                    "The eastings of lines \(twice.lowerBound) to \(twice.upperBound) carry the zone number \(number) twice; one is taken off.",
                    "第 \(twice.lowerBound) 至 \(twice.upperBound) 行的横坐标重复加了带号 \(number)，读取时去掉一个。"),
                Phrase("Confirm, or have the large number removed at the source.", "请确认，或在源数据中去掉多余的大数。"))
        }
        return places
    }

    private func matches(_ zone: Int?, _ isDegrees: Bool) -> Bool {
        switch system {
        case .degrees: isDegrees
        case .bare: !isDegrees && zone == nil
        case .zone(let number): zone == number
        case nil: false
        }
    }

    private func tellRepeated(
        _ point: RawPoint, _ points: [RawPoint], _ index: Int, _ eastFirst: Bool, _ faults: inout FaultList
    ) {
        let text = point.first?.description ?? ""
        let start = points[..<index].firstIndex { $0.ring == point.ring }.map { points[$0] }
        var remedy = Phrase("Take the missing coordinate from the source.", "请从源数据补上缺失的坐标。")
        // The known fault of a writer, in the line that closes a ring.
        if let start, start.label == point.label, let first = start.first, let second = start.second {
            remedy = Phrase(
                "As the closing point it should read \(first),\(second), as line \(start.line) does.",
                "作为闭合点应为 \(first),\(second)，与第 \(start.line) 行相同。")
        }
        faults.add(
            .repeatedColumn, .stops, point.line,
            Phrase(
                "Line \(point.line) has \(text) in both columns: one coordinate was written twice.",
                "第 \(point.line) 行两列坐标同为 \(text)：同一坐标写了两次。"), remedy)
    }

    private func tellWrong(
        _ point: RawPoint, _ north: FixedDecimal, _ east: FixedDecimal, isTurned: Bool, _ faults: inout FaultList
    ) {
        if isTurned {
            faults.add(
                .swappedPoint, .stops, point.line,
                Phrase(
                    "Line \(point.line) has its columns the other way round than the rest of its parcel.",
                    "第 \(point.line) 行的两列坐标与本地块其他点次序相反。"),
                Phrase("Exchange the two columns of this line.", "请调换该行的两列坐标。"))
        } else {
            faults.add(
                .implausible, .stops, point.line,
                Phrase(
                    "Line \(point.line) lies nowhere in China: north \(north), east \(east).",
                    "第 \(point.line) 行的坐标不在我国范围：纵坐标 \(north)，横坐标 \(east)。"),
                Phrase("Correct the coordinates from the source.", "请按源数据更正坐标。"))
        }
    }

    private func tellStranger(_ point: RawPoint, _ east: FixedDecimal, _ faults: inout FaultList) {
        faults.add(
            .implausible, .stops, point.line,
            Phrase(
                "Line \(point.line) has the easting \(east), of another zone than the rest of its parcel.",
                "第 \(point.line) 行的横坐标 \(east) 与本地块其他点不在同一投影带。"),
            Phrase("Correct the easting.", "请更正横坐标。"))
    }
}
