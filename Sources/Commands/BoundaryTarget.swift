import Boundary
import GeoBridge
import Geometry
import Phrases

/// Brings shapes of the project into what a dialect wants: a zone with its number before the easting, or degrees.
struct BoundaryTarget {
    let reference: BoundaryReference
    /// Into which zone, where that is not the project's, and at what precision.
    private(set) var notes: [Phrase] = []
    private let transformation: Transformation?
    private let shift: Double

    /// - Parameters:
    ///   - box: of the features.
    ///   - asked: the system that was asked for; without it the project's zone, or the one in which the features lie.
    init(from system: CoordinateSystem, to dialect: BoundaryDialect, around box: Box, asked: String?) throws {
        guard let datum = BoundaryDatum(rawValue: system.datum.rawValue), system.isGeographic || system.zone != nil
        else {
            throw Refusal(
                .badData,
                "A boundary TXT is in a Gauss–Krüger zone of China or in degrees; the project is in \(system.title).",
                "界址点 TXT 采用高斯-克吕格投影带或经纬度；项目坐标系为 \(system.title)。")
        }
        let own = system.zone
        let zone = try Self.zone(of: system, around: box, asked)
        guard let written = BoundaryReference.Zone(width: zone.width, number: zone.number) else {
            throw Refusal(
                .badData, "The features lie outside of the zones of China; a boundary TXT cannot hold them.",
                "要素不在我国投影带范围内，无法写为界址点 TXT。")
        }
        reference = BoundaryReference(datum: datum, zone: dialect.isInDegrees ? nil : written)
        let isOwn = own.map { $0.width == zone.width && $0.number == zone.number } ?? false
        if dialect.isInDegrees ? system.isGeographic : isOwn {
            transformation = nil
            // Project coordinates may do without the zone's number; a file has it.
            shift = dialect.isInDegrees || own?.isPrefixed ?? true ? 0 : Double(zone.number) * 1_000_000
            return
        }
        shift = 0
        let proj = try PROJ()
        let target = try proj.coordinateSystem(BoundarySource.definition(of: reference))
        let way = try proj.transformation(from: system, to: target)
        transformation = way
        if let note = way.note { notes.append(note) }
        if let own, !dialect.isInDegrees {
            notes.append(
                Phrase(
                    "Written in zone \(zone.number), where the features lie; the project is in zone \(own.number).",
                    "按要素所在的第 \(zone.number) 带写出；项目为第 \(own.number) 带。"))
        }
    }

    /// The zone to write in.
    private static func zone(of system: CoordinateSystem, around box: Box, _ asked: String?) throws -> GaussKrugerZone {
        if let asked {
            let wanted = try PROJ().coordinateSystem(asked)
            guard let zone = wanted.zone, wanted.datum == system.datum else {
                throw Refusal(
                    .usage,
                    "A boundary TXT of this project is written in a zone on \(system.datum.name.english), not in \(wanted.title).",
                    "本项目的界址点 TXT 须写为\(system.datum.name.chinese)的投影带，不能用 \(wanted.title)。")
            }
            return zone
        }
        // A degree of a parallel is 67 km at least in China: nearer than that no zone's edge is crossed by half a degree.
        if let own = system.zone, abs(box.center.x - own.falseEasting) < 67_000 * (Double(own.width) / 2 + 0.5) {
            return own
        }
        var middle = [box.center]
        if !system.isGeographic { try PROJ().toDegrees(from: system).transform(&middle) }
        let longitude = middle[0].x
        // Counties that straddle two zones are drawn in one of them.
        if let own = system.zone, abs(longitude - own.centralMeridian) <= Double(own.width) / 2 + 0.5 { return own }
        guard let zone = GaussKrugerZone(width: 3, number: Int((longitude / 3).rounded()), isPrefixed: true) else {
            throw Refusal(
                .badData, "The features lie outside of the zones of China; a boundary TXT cannot hold them.",
                "要素不在我国投影带范围内，无法写为界址点 TXT。")
        }
        return zone
    }

    func shape(_ shape: Shape) throws -> Shape {
        if let transformation { return try transformation.transform(shape) }
        guard shift != 0 else { return shape }
        var shifted = shape
        for index in shifted.points.indices { shifted.points[index].x += shift }
        return shifted
    }
}
