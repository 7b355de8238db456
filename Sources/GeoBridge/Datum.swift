import Geometry
import Phrases

/// The geodetic datum (大地基准) of a coordinate system, as far as Chinese planning data know them.
package enum Datum: String, Hashable, Sendable, Codable, CaseIterable {
    case cgcs2000, xian80, beijing54, newBeijing, wgs84
    case other

    package var name: Phrase {
        switch self {
        case .cgcs2000: Phrase("CGCS2000", "2000国家大地坐标系")
        case .xian80: Phrase("Xian 1980", "1980西安坐标系")
        case .beijing54: Phrase("Beijing 1954", "1954北京坐标系")
        case .newBeijing: Phrase("New Beijing", "新1954北京坐标系")
        case .wgs84: Phrase("WGS 84", "WGS 84")
        case .other: Phrase("another datum", "其他基准")
        }
    }

    /// Whether it is one that CGCS2000 replaced: no published operation leads from there over the whole country.
    package var isHistoric: Bool { self == .xian80 || self == .beijing54 || self == .newBeijing }

    /// The EPSG code of its geographic system in two dimensions; nil for another datum.
    package var geographicCode: Int? {
        switch self {
        case .cgcs2000: 4490
        case .xian80: 4610
        case .beijing54: 4214
        case .newBeijing: 4555
        case .wgs84: 4326
        case .other: nil
        }
    }

    package var ellipsoid: Ellipsoid? {
        switch self {
        case .cgcs2000: .cgcs2000
        case .xian80: .iag75
        case .beijing54, .newBeijing: .krassowsky
        case .wgs84: .wgs84
        case .other: nil
        }
    }

    /// The datum that a definition names, in EPSG's, ArcGIS's or common spelling, and whose ellipsoid bears it out.
    init(named name: String, on ellipsoid: Ellipsoid) {
        var key = name.lowercased().filter { $0.isLetter || $0.isNumber }
        for prefix in ["d", "gcs"] where key.hasPrefix(prefix) { key.removeFirst(prefix.count) }
        let found: Datum =
            switch key {
            case "china2000", "cgcs2000", "chinageodeticcoordinatesystem2000", "chinesegeodeticcoordinatesystem2000":
                .cgcs2000
            case "xian1980", "xian80": .xian80
            case "beijing1954", "beijing54": .beijing54
            case "newbeijing", "newbeijing1954": .newBeijing
            case "wgs1984", "wgs84", "worldgeodeticsystem1984", "worldgeodeticsystem1984ensemble": .wgs84
            default: .other
            }
        guard let expected = found.ellipsoid, abs(expected.a - ellipsoid.a) < 0.01,
            abs(expected.inverseFlattening - ellipsoid.inverseFlattening) < 1e-6
        else {
            self = .other
            return
        }
        self = found
    }
}
