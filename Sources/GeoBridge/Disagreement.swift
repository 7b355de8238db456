import Geometry
import Phrases

/// Where the numbers of a layer contradict the coordinate system it declares.
package struct Disagreement: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Declared with the zone's number before the easting, but the eastings have six digits.
        case prefixMissing
        /// Declared without the zone's number, but the eastings carry it.
        case prefixAdded
        case axesSwapped
        /// The eastings carry the number of another zone.
        case otherZone
        /// Degrees, but declared as metres.
        case degreesAsMetres
        /// Metres, but declared as degrees.
        case metresAsDegrees
        /// In the neighbouring zone: counties that straddle two are drawn so on purpose.
        case neighbourZone
        /// More than a zone away from the central meridian: another zone is likelier.
        case farFromMeridian
        /// Eastings with more digits than any zone's: the zone's number stands before them twice.
        case prefixTwice
        /// The eastings carry the number 24, which is between the 6° zones and the 3° ones.
        case noZone
        /// Nowhere on earth, or in no way Chinese Gauss–Krüger.
        case outside
    }

    package let kind: Kind
    package let phrase: Phrase
    /// Whether somebody who names the system expressly may mean it so: numbers far off, but in its units and order.
    package var mayBeMeant: Bool { kind == .neighbourZone || kind == .farFromMeridian || kind == .outside }

    /// EPSG codes under which the numbers would be right, likeliest first.
    package let suggestions: [Int]

    /// Compares a declared system with the box of the coordinates, x first.
    ///
    /// - Returns: nil when they agree, as far as numbers can tell: for systems other than degrees and Chinese
    ///   Gauss–Krüger only degrees among metres are noticed.
    package static func between(_ system: CoordinateSystem, and box: Box) -> Disagreement? {
        guard !box.isEmpty else { return nil }
        let seen = Deduction(from: box)
        if system.isGeographic { return ofDegrees(system, box, seen) }
        if seen.meaning == .degrees, max(abs(box.minX), abs(box.maxX), abs(box.minY), abs(box.maxY)) > 0.001 {
            return Disagreement(
                .degreesAsMetres, system, seen, "\(system.title) is in metres, but the coordinates are degrees.",
                "\(system.title) 的单位是米, 坐标却是经纬度。")
        }
        guard let zone = system.zone else { return nil }
        if let oddity = seen.oddity {
            return Disagreement(
                oddity == .prefixTwice ? .prefixTwice : .noZone, system, seen,
                "The coordinates do not fit \(system.title). \(seen.phrase.english)",
                "坐标与 \(system.title) 不符。\(seen.phrase.chinese)")
        }
        return ofZone(zone, system, box, seen)
    }

    private static func ofDegrees(_ system: CoordinateSystem, _ box: Box, _ seen: Deduction) -> Disagreement? {
        switch seen.meaning {
        case .degrees where !seen.isSwapped: return nil
        case .degrees: return swapped(system, seen)
        case .zone, .bareEasting:
            return Disagreement(
                .metresAsDegrees, system, seen, "\(system.title) is in degrees, but the coordinates are metres.",
                "\(system.title) 的单位是度, 坐标却是以米计的平面坐标。")
        case .unknown:
            // Longitudes up to 360 occur in data that cross the date line.
            if box.minX >= -360, box.maxX <= 360, box.minY >= -90, box.maxY <= 90 { return nil }
            return Disagreement(
                .outside, system, seen, "The coordinates are no degrees, which \(system.title) is in.",
                "坐标不是经纬度, 与 \(system.title) 不符。")
        }
    }

    private static func ofZone(
        _ zone: GaussKrugerZone, _ system: CoordinateSystem, _ box: Box, _ seen: Deduction
    ) -> Disagreement? {
        if seen.isSwapped { return swapped(system, seen) }
        switch seen.meaning {
        case .zone(let found) where !zone.isPrefixed:
            let same = found.centralMeridian == zone.centralMeridian
            return Disagreement(
                same ? .prefixAdded : .otherZone, system, seen,
                "\(system.title) has eastings without the zone's number, but these begin with \(found.number).",
                "\(system.title) 的横坐标不加带号, 数据的横坐标却以带号 \(found.number) 开头。")
        case .zone(let found) where found.number != zone.number:
            return Disagreement(
                .otherZone, system, seen,
                "The eastings begin with \(found.number), but \(system.title) is zone \(zone.number).",
                "横坐标以 \(found.number) 开头, 而 \(system.title) 是第 \(zone.number) 带。")
        case .bareEasting where zone.isPrefixed:
            return Disagreement(
                .prefixMissing, system, seen,
                "\(system.title) has eastings that begin with \(zone.number), but these have six digits.",
                "\(system.title) 的横坐标以带号 \(zone.number) 开头, 数据的横坐标却只有 6 位。",
                suggestions: [zone.prefixed(false).code(on: system.datum)])
        case .zone, .bareEasting:
            return farFromMeridian(zone, system, box, seen)
        case .degrees, .unknown:
            return Disagreement(
                .outside, system, seen, "The coordinates lie outside of every zone, \(system.title) included.",
                "坐标不在任何投影带内, 与 \(system.title) 不符。")
        }
    }

    /// A county may be drawn in a neighbour's zone; one whose middle lies a whole zone away is likelier mislabelled.
    private static func farFromMeridian(
        _ zone: GaussKrugerZone, _ system: CoordinateSystem, _ box: Box, _ seen: Deduction
    ) -> Disagreement? {
        let offset = abs(box.center.x - zone.falseEasting)
        // A degree of a parallel is about 111.3 km · cos B, and the latitude about the northing over 111 km; the
        // parabola stays within 2 % of the cosine up to 55°.
        let latitude = box.center.y / 111_000 / 57.2958
        let degree = 111_300 * (1 - latitude * latitude / 2 + latitude * latitude * latitude * latitude / 24)
        let far = Int((offset / 1000).rounded())
        guard offset > degree * Double(zone.width) else {
            guard offset > degree * Double(zone.width) / 2 else { return nil }
            return Disagreement(
                .neighbourZone, system, seen,
                "The coordinates lie \(far) km from the central meridian of \(system.title), in the neighbouring zone: right for "
                    + "a county that straddles two zones, else check the zone.",
                "坐标距 \(system.title) 的中央经线 \(far) 公里，位于邻带：跨带县可如此，否则请核对带号。")
        }
        return Disagreement(
            .farFromMeridian, system, seen,
            "The coordinates lie \(far) km from the central meridian of \(system.title), more than a whole zone.",
            "坐标距 \(system.title) 的中央经线 \(far) 公里, 超过一个投影带。")
    }

    private static func swapped(_ system: CoordinateSystem, _ seen: Deduction) -> Disagreement {
        Disagreement(
            .axesSwapped, system, seen,
            "North stands before east in the coordinates, while files in \(system.title) have east first: exchange the axes with --axes swapped.",
            "坐标中北坐标在前, 而 \(system.title) 的文件应东坐标在前: 请用 --axes swapped 交换坐标轴。")
    }

    private init(
        _ kind: Kind, _ system: CoordinateSystem, _ seen: Deduction, _ english: String, _ chinese: String,
        suggestions: [Int?] = []
    ) {
        self.kind = kind
        let codes = (suggestions + [seen.code(on: system.datum)]).compactMap(\.self)
        self.suggestions = kind == .farFromMeridian || kind == .neighbourZone ? [] : codes
        phrase =
            self.suggestions.first.map {
                Phrase("\(english) They would fit EPSG:\($0).", "\(chinese)与 EPSG:\($0) 相符。")
            } ?? Phrase(english, chinese)
    }
}
