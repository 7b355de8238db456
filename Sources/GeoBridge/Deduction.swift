import Geometry
import Phrases

/// What the numbers of Chinese map data tell about their coordinate system when nothing else does.
///
/// Eastings are read by their digits: eight with a leading 25…45 are a 3° zone, with 13…23 a 6° zone, six are an
/// easting without its zone; seven with a leading 1…5 are a northing. Never a guess: what the numbers do not say (the
/// datum always, the zone of a bare easting) stays open, and the sentence says so.
package struct Deduction: Hashable, Sendable {
    package enum Meaning: Hashable, Sendable {
        /// Gauss–Krüger with the zone's number before the easting.
        case zone(GaussKrugerZone)
        /// Gauss–Krüger without it: the zone has to be told.
        case bareEasting
        case degrees
        case unknown
    }

    /// What makes numbers nearly those of a zone, and none.
    package enum Oddity: Hashable, Sendable {
        case prefixTwice, zone24
    }

    package let meaning: Meaning
    package let oddity: Oddity?
    /// Whether north stands where GIS files have east.
    package let isSwapped: Bool
    /// What was seen and what follows, one sentence or two.
    package let phrase: Phrase

    /// The code that follows once the datum is known; nil when the zone is open or the axes have to be exchanged first.
    package func code(on datum: Datum) -> Int? {
        guard !isSwapped else { return nil }
        switch meaning {
        case .zone(let zone): return zone.code(on: datum)
        case .degrees: return datum.geographicCode
        case .bareEasting, .unknown: return nil
        }
    }

    /// Deduces from the box of all coordinates, x first as GIS files have it.
    package init(from box: Box) {
        guard !box.isEmpty, box.minX.isFinite, box.maxX.isFinite, box.minY.isFinite, box.maxY.isFinite else {
            self.init(.unknown, false, Phrase("There are no coordinates to go by.", "没有可供判断的坐标。"))
            return
        }
        let straight = Self.meaning(x: box.minX...box.maxX, y: box.minY...box.maxY)
        let turned = Self.meaning(x: box.minY...box.maxY, y: box.minX...box.maxX)
        // 40° N 80° E read as longitude and latitude is a place in the Arctic Sea: China goes before it.
        if straight == .degrees, turned == .degrees, Self.isChina(x: box.minY, y: box.minX),
            !Self.isChina(x: box.minX, y: box.minY)
        {
            self.init(turned, true, Self.sentence(turned, box, isSwapped: true))
        } else if straight != .unknown {
            self.init(straight, false, Self.sentence(straight, box, isSwapped: false))
        } else if turned != .unknown {
            self.init(turned, true, Self.sentence(turned, box, isSwapped: true))
        } else {
            let oddity =
                Self.oddity(x: box.minX...box.maxX, y: box.minY...box.maxY)
                ?? Self.oddity(x: box.minY...box.maxY, y: box.minX...box.maxX)
            self.init(
                .unknown, false, oddity.map { Self.sentence($0) } ?? Self.sentence(.unknown, box, isSwapped: false),
                oddity)
        }
    }

    /// A zone's number twice before the easting (39 39 528000), once before a bare one of a number that is none (24).
    private static func oddity(x: ClosedRange<Double>, y: ClosedRange<Double>) -> Oddity? {
        guard northings ~= y.lowerBound, northings ~= y.upperBound else { return nil }
        if 24e6...25e6 ~= x.lowerBound, 24e6...25e6 ~= x.upperBound { return .zone24 }
        guard x.lowerBound >= 1e8, x.upperBound < 1e10 else { return nil }
        let prefix = (x.lowerBound / 1e8).rounded(.down)
        let rest = x.lowerBound - prefix * 1e8...x.upperBound - prefix * 1e8
        return zone(eastings: rest).map { Double($0.number) == prefix } == true ? .prefixTwice : nil
    }

    private static func sentence(_ oddity: Oddity) -> Phrase {
        switch oddity {
        case .prefixTwice:
            Phrase(
                "Eastings have ten digits: the zone's number stands before them twice; take one away at the source.",
                "横坐标为 10 位: 带号加了两次, 请在源数据中去掉一次。")
        case .zone24:
            Phrase(
                "Eastings begin with 24, which is no zone of China: 6-degree zones are 13 to 23, 3-degree zones 25 to 45; "
                    + "check the numbers at the source.",
                "横坐标以 24 开头, 我国没有此带号 (6度带为 13 至 23, 3度带为 25 至 45), 请核对源数据。")
        }
    }

    private init(_ meaning: Meaning, _ isSwapped: Bool, _ phrase: Phrase, _ oddity: Oddity? = nil) {
        self.oddity = oddity
        self.meaning = meaning
        self.isSwapped = isSwapped
        self.phrase = phrase
    }

    /// Latitudes 2.7° to 54.2°, from the Nansha islands to the Amur.
    static let northings = 300_000.0...6_000_000.0
    /// Six digits within a 6° zone.
    static let bareEastings = 180_000.0...820_000.0

    private static func meaning(x: ClosedRange<Double>, y: ClosedRange<Double>) -> Meaning {
        if -180...180 ~= x.lowerBound, -180...180 ~= x.upperBound, -90...90 ~= y.lowerBound, -90...90 ~= y.upperBound {
            return .degrees
        }
        guard northings ~= y.lowerBound, northings ~= y.upperBound else { return .unknown }
        if bareEastings ~= x.lowerBound, bareEastings ~= x.upperBound { return .bareEasting }
        return zone(eastings: x).map { .zone($0) } ?? .unknown
    }

    /// The zone whose number stands before all of the eastings.
    static func zone(eastings: ClosedRange<Double>) -> GaussKrugerZone? {
        guard 1e6...1e8 ~= eastings.lowerBound, eastings.upperBound < 1e8 else { return nil }
        let number = Int(eastings.lowerBound / 1e6)
        let prefix = Double(number) * 1e6
        guard bareEastings ~= eastings.lowerBound - prefix, bareEastings ~= eastings.upperBound - prefix else {
            return nil
        }
        return GaussKrugerZone(width: number > 23 ? 3 : 6, number: number, isPrefixed: true)
    }

    private static func isChina(x: Double, y: Double) -> Bool {
        73...136 ~= x && 3...54 ~= y
    }

    private static func sentence(_ meaning: Meaning, _ box: Box, isSwapped: Bool) -> Phrase {
        var phrase: Phrase
        switch meaning {
        case .zone(let zone):
            let meridian = Int(zone.centralMeridian)
            phrase = Phrase(
                "Eastings begin with \(zone.number): \(zone.width)-degree zone \(zone.number), central meridian "
                    + "\(meridian)° E. The numbers do not tell the datum.",
                "横坐标以 \(zone.number) 开头: \(zone.width)度带第 \(zone.number) 带, 中央经线 \(meridian)°E。坐标本身不能说明基准。")
        case .bareEasting:
            phrase = Phrase(
                "Eastings have six digits: Gauss–Krüger without the zone's number. The zone cannot be told from them; "
                    + "name the coordinate system.",
                "横坐标为 6 位: 高斯-克吕格坐标, 未加带号。无法由坐标判断带号, 请指定坐标系。")
        case .degrees:
            phrase = Phrase(
                "The coordinates are degrees. The numbers do not tell the datum (CGCS2000 is EPSG:4490, WGS 84 EPSG:4326).",
                "坐标为经纬度。坐标本身不能说明基准 (CGCS2000 为 EPSG:4490, WGS 84 为 EPSG:4326)。")
        case .unknown:
            let range = "x \(whole(box.minX))…\(whole(box.maxX)), y \(whole(box.minY))…\(whole(box.maxY))"
            phrase = Phrase(
                "The coordinates (\(range)) fit neither degrees nor one Gauss–Krüger zone of China; name the coordinate system.",
                "坐标 (\(range)) 既不是经纬度, 也不在我国某一高斯-克吕格投影带内, 请指定坐标系。")
        }
        if isSwapped {
            phrase.english = "North stands before east: the axes are exchanged. " + phrase.english
            phrase.chinese = "北坐标在前, 坐标轴顺序颠倒。" + phrase.chinese
        }
        return phrase
    }

    private static func whole(_ value: Double) -> String {
        abs(value) < 1e15 ? String(Int(value.rounded())) : String(value)
    }
}
