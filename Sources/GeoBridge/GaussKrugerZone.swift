/// A zone of the Gauss–Krüger projection (高斯-克吕格投影带) as China numbers them.
package struct GaussKrugerZone: Hashable, Sendable, Codable {
    /// 3 or 6 degrees.
    package let width: Int
    /// 25…45 for 3°, 13…23 for 6°.
    package let number: Int
    /// Whether eastings carry the zone number before their six digits.
    package let isPrefixed: Bool

    /// - Returns: nil outside the Chinese zones.
    package init?(width: Int, number: Int, isPrefixed: Bool) {
        guard width == 3 ? (25...45).contains(number) : width == 6 && (13...23).contains(number) else { return nil }
        self.width = width
        self.number = number
        self.isPrefixed = isPrefixed
    }

    /// The zone of a central meridian in degrees.
    package init?(width: Int, centralMeridian: Double, isPrefixed: Bool) {
        guard centralMeridian > 0, centralMeridian < 180, centralMeridian.rounded() == centralMeridian else {
            return nil
        }
        let degrees = Int(centralMeridian)
        let shifted = width == 6 ? degrees + 3 : degrees
        guard width == 3 || width == 6, shifted % width == 0 else { return nil }
        self.init(width: width, number: shifted / width, isPrefixed: isPrefixed)
    }

    /// Degrees east: 3n, or 6n − 3.
    package var centralMeridian: Double { Double(width == 3 ? 3 * number : 6 * number - 3) }

    /// Metres.
    package var falseEasting: Double { 500_000 + (isPrefixed ? Double(number) * 1_000_000 : 0) }

    /// The longitudes that belong to the zone.
    package var longitudes: ClosedRange<Double> {
        centralMeridian - Double(width) / 2...centralMeridian + Double(width) / 2
    }

    /// The same zone with or without the number before the easting.
    package func prefixed(_ isPrefixed: Bool) -> GaussKrugerZone {
        GaussKrugerZone(unchecked: width, number, isPrefixed)
    }

    private init(unchecked width: Int, _ number: Int, _ isPrefixed: Bool) {
        self.width = width
        self.number = number
        self.isPrefixed = isPrefixed
    }

    /// Whether the central meridian is also that of a zone of the other width, so that bare coordinates fit both.
    package var sharesMeridian: Bool { width == 6 || number % 2 == 1 }

    // MARK: EPSG codes

    /// The EPSG code of the zone on a datum; every one is checked against PROJ's database by a test.
    package func code(on datum: Datum) -> Int? {
        switch (datum, width, isPrefixed) {
        case (.cgcs2000, 3, true): 4488 + number
        case (.cgcs2000, 3, false): 4509 + number
        case (.cgcs2000, _, true): 4478 + number
        case (.cgcs2000, _, false): 4489 + number
        case (.xian80, 3, true): 2324 + number
        case (.xian80, 3, false): 2345 + number
        case (.xian80, _, true): 2314 + number
        case (.xian80, _, false): 2325 + number
        case (.beijing54, 3, true): 2376 + number
        case (.beijing54, 3, false): 2397 + number
        case (.beijing54, _, true): 21400 + number
        case (.beijing54, _, false): 21440 + number
        // EPSG ran out of consecutive numbers here, twice.
        case (.newBeijing, 3, true): number <= 29 ? 4627 + number : 4736 + number
        case (.newBeijing, 3, false): number <= 43 ? 4757 + number : number == 44 ? 4812 : 4822
        case (.newBeijing, _, true): 4555 + number
        case (.newBeijing, _, false): 4566 + number
        case (.wgs84, _, _), (.other, _, _): nil
        }
    }

    /// The zone and datum of an EPSG code; also of 21473…21483, deprecated doubles of the bare 6° codes of Beijing 1954.
    package static func of(code: Int) -> (zone: GaussKrugerZone, datum: Datum)? {
        let code = (21473...21483).contains(code) ? code - 20 : code
        return byCode[code]
    }

    private static let byCode: [Int: (zone: GaussKrugerZone, datum: Datum)] = {
        var table: [Int: (zone: GaussKrugerZone, datum: Datum)] = [:]
        for zone in all {
            for datum in Datum.allCases {
                if let code = zone.code(on: datum) { table[code] = (zone, datum) }
            }
        }
        return table
    }()

    /// All zones, with and without prefix.
    package static let all: [GaussKrugerZone] = [(3, 25...45), (6, 13...23)].flatMap { width, numbers in
        numbers.flatMap { number in
            [true, false].map { GaussKrugerZone(unchecked: width, number, $0) }
        }
    }
}
