import Geometry
import Phrases

/// A file of boundary points (界址点坐标 TXT): a header, then parcels with their corners.
package struct BoundaryFile: Hashable, Sendable {
    /// A section of the header, such as `[属性描述]`; the keys in their order.
    package struct Section: Hashable, Sendable {
        package struct Entry: Hashable, Sendable {
            package var key: String
            package var value: String

            package init(_ key: String, _ value: String) {
                self.key = key
                self.value = value
            }
        }

        package var name: String
        package var entries: [Entry]

        package init(_ name: String, _ entries: [Entry] = []) {
            self.name = name
            self.entries = entries
        }
    }

    package var sections: [Section]
    package var parcels: [BoundaryParcel]
    /// Nil when the fields of the parcel lines fit none.
    package var dialect: BoundaryDialect?
    package var encoding: BoundaryEncoding
    package var lineEnd: BoundaryLineEnd
    /// Where the coordinates lie; nil when the file does not say enough.
    package var reference: BoundaryReference?

    package init(
        sections: [Section] = [], parcels: [BoundaryParcel] = [], dialect: BoundaryDialect? = .common,
        encoding: BoundaryEncoding = .gbk, lineEnd: BoundaryLineEnd = .crlf, reference: BoundaryReference? = nil
    ) {
        self.sections = sections
        self.parcels = parcels
        self.dialect = dialect
        self.encoding = encoding
        self.lineEnd = lineEnd
        self.reference = reference
    }

    /// The value of a header key, of the first section that has it.
    package func value(of key: String) -> String? {
        sections.lazy.flatMap(\.entries).first { $0.key == key }?.value
    }
}

package enum BoundaryEncoding: String, Hashable, Sendable, CaseIterable {
    /// GB18030, of which GBK is the part that older programs know.
    case gbk
    case utf8
    /// UTF-8 with the mark EF BB BF before it.
    case utf8BOM = "utf8-bom"
    /// What Windows calls Unicode: UTF-16 with its mark, little endian.
    case utf16
}

package enum BoundaryLineEnd: String, Hashable, Sendable, CaseIterable {
    case crlf, lf, cr

    package var text: String {
        switch self {
        case .crlf: "\r\n"
        case .lf: "\n"
        case .cr: "\r"
        }
    }
}

/// The datum that a boundary file names.
package enum BoundaryDatum: String, Hashable, Sendable, CaseIterable {
    case cgcs2000, xian80, beijing54, newBeijing, wgs84

    /// The key's usual value.
    package var name: String {
        switch self {
        case .cgcs2000: "2000国家大地坐标系"
        case .xian80: "1980西安坐标系"
        case .beijing54: "1954北京坐标系"
        case .newBeijing: "新1954北京坐标系"
        case .wgs84: "WGS84"
        }
    }

    package var ellipsoid: Ellipsoid {
        switch self {
        case .cgcs2000: .cgcs2000
        case .xian80: .iag75
        case .beijing54, .newBeijing: .krassowsky
        case .wgs84: .wgs84
        }
    }
}

/// Where the coordinates of a boundary file lie.
package struct BoundaryReference: Hashable, Sendable {
    /// A Gauss–Krüger zone: 25…45 of 3°, 13…23 of 6°.
    package struct Zone: Hashable, Sendable {
        package var width: Int
        package var number: Int
        /// Whether eastings carry the number before their six digits.
        package var isPrefixed: Bool

        /// - Returns: nil outside the Chinese zones.
        package init?(width: Int, number: Int, isPrefixed: Bool = true) {
            guard width == 3 ? 25...45 ~= number : width == 6 && 13...23 ~= number else { return nil }
            self.width = width
            self.number = number
            self.isPrefixed = isPrefixed
        }

        /// The zone of a prefix; the ranges of the two widths do not meet.
        package init?(prefix: Int) {
            self.init(width: prefix > 23 ? 3 : 6, number: prefix)
        }

        package var centralMeridian: Double { Double(width == 3 ? 3 * number : 6 * number - 3) }
    }

    package var datum: BoundaryDatum
    /// Nil for longitude and latitude in degrees.
    package var zone: Zone?

    package init(datum: BoundaryDatum, zone: Zone?) {
        self.datum = datum
        self.zone = zone
    }

    package var isInDegrees: Bool { zone == nil }

    /// The area on the ellipsoid in m², not rounded; nil for coordinates outside of the zone's reach.
    package func ellipsoidArea(of shape: Shape) -> Double? {
        let formula = EllipsoidArea(on: datum.ellipsoid)
        let area: Double
        if let zone {
            let grid = TransverseMercator(
                ellipsoid: datum.ellipsoid, centralMeridian: zone.centralMeridian,
                falseEasting: 500_000 + (zone.isPrefixed ? Double(zone.number) * 1_000_000 : 0))
            area = formula.area(of: shape, on: grid)
        } else {
            area = formula.areaOfDegrees(shape)
        }
        return area.isFinite ? area : nil
    }
}
