import Geometry
import Phrases

/// A coordinate reference system (坐标参考系) as values.
///
/// `PROJ` makes it from a text once; from then on the project file keeps it, and maps and areas work from the stored
/// values without waking PROJ, which takes longer to open its database than the first screen may take.
package struct CoordinateSystem: Hashable, Sendable, Codable {
    package enum Kind: String, Sendable, Codable {
        /// Longitude and latitude in degrees.
        case geographic
        case projected
    }

    /// How the authority's code was found.
    package enum Identification: String, Sendable, Codable {
        /// The definition states it.
        case stated
        /// The definition has none, but its numbers are those of a system that has.
        case byParameters
        /// There is none.
        case none
    }

    /// Such as `EPSG:4526`; nil for a system that no authority numbers.
    package var authority: String?
    package var identification: Identification
    package var name: String
    /// WKT 1 as GDAL writes it, which GeoPackage wants; WKT 2 for the few systems that WKT 1 cannot say.
    package var wkt: String
    package var kind: Kind
    package var datum: Datum
    /// The definition's own name of its datum.
    package var datumName: String
    package var ellipsoid: Ellipsoid
    /// Metres a unit of a projected system; 1 for a geographic one, whose unit is the degree.
    package var metresPerUnit: Double
    /// The numbers of a transverse Mercator system on the Greenwich meridian with its origin on the equator, nil for
    /// all others.
    package var transverseMercator: TransverseMercator?
    /// The zone of a Gauss–Krüger system.
    package var zone: GaussKrugerZone?

    package init(
        authority: String?, identification: Identification, name: String, wkt: String, kind: Kind, datum: Datum,
        datumName: String, ellipsoid: Ellipsoid, metresPerUnit: Double = 1,
        transverseMercator: TransverseMercator? = nil, zone: GaussKrugerZone? = nil
    ) {
        self.authority = authority
        self.identification = identification
        self.name = name
        self.wkt = wkt
        self.kind = kind
        self.datum = datum
        self.datumName = datumName
        self.ellipsoid = ellipsoid
        self.metresPerUnit = metresPerUnit
        self.transverseMercator = transverseMercator
        self.zone = zone
    }

    package var isGeographic: Bool { kind == .geographic }

    /// The number after `EPSG:`, which a GeoPackage takes as its `srs_id`.
    package var epsg: Int? {
        guard let authority, authority.hasPrefix("EPSG:") else { return nil }
        return Int(authority.dropFirst(5))
    }

    /// Code and name, such as `EPSG:4526 CGCS2000 / 3-degree Gauss-Kruger zone 38`.
    package var title: String { authority.map { "\($0) \(name)" } ?? name }

    /// What a person should hear when the code was not in the definition.
    package var remark: Phrase? {
        guard identification == .byParameters, let authority else { return nil }
        var phrase = Phrase(
            "The definition carries no code; its datum and numbers are those of \(authority) (\(name)).",
            "坐标系定义未带代码; 按基准与参数识别为 \(authority) (\(name))。")
        if let zone, !zone.isPrefixed, zone.sharesMeridian,
            let other = GaussKrugerZone(
                width: 9 - zone.width, centralMeridian: zone.centralMeridian, isPrefixed: false)?.code(on: datum)
        {
            phrase.english +=
                " It is read as a \(zone.width)-degree zone; EPSG:\(other), of the other width, has the same coordinates."
            phrase.chinese += "按\(zone.width)度带理解; 另一带宽的 EPSG:\(other) 坐标相同。"
        }
        return phrase
    }
}
