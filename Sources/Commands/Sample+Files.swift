import County
import Foundation
import GeoBridge
import Geometry
import Phrases
import Planning
import Stream

/// The county as the files that a bureau receives.
extension Sample {
    /// Which file holds a layer, as offices send them: the old survey as a Shapefile in GBK, lines as GeoJSON, the rest in
    /// a GeoPackage.
    private static func file(of layer: String, years: [Int]) -> (name: String, driver: FormatsChild.Driver) {
        if layer == "DLTB_\(years[0])" { return ("\(layer).shp", .shapefile) }
        if ["YJJBNTTB", "STBHHX", "CZKFBJ"].contains(layer) { return ("\(layer).geojson", .geoJSON) }
        return ("county.gpkg", .geoPackage)
    }

    func writeFiles(
        of county: County, _ chosen: [CountyLayer], _ system: CoordinateSystem, _ context: Context
    ) throws -> Report {
        let child = try FormatsChild()
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        let layers = Dictionary(grouping: chosen) { Self.file(of: $0.name, years: county.years).name }
        for (name, members) in layers.sorted(by: { $0.key < $1.key }) {
            let driver = Self.file(of: members[0].name, years: county.years).driver
            let isShapefile = driver == .shapefile
            try child.write(
                to: "\(target)/\(name)", driver: driver, encoding: isShapefile ? "GBK" : nil, withCPG: !isShapefile,
                date: Self.date
            ) { sink in
                for layer in members { try send(layer, system, to: sink, context) }
            }
        }
        if self.layers == nil {
            try child.write(to: "\(target)/villages.csv", driver: .csv, date: Self.date) { sink in
                try sendVillages(of: county, to: sink)
            }
            if !noFaults { try writeFaultyFiles(of: county, system, child, context) }
            let heights = heights(of: county)
            defer { heights.cancel() }
            try writeTruth(of: county, heights, to: target, context.progress)
        }
        return Report(title: say("Wrote the county's files to \(target).", "已将示例县数据写入 \(target)。"))
    }

    /// - Parameters:
    ///   - without: a field that is left out.
    ///   - moved: what is done to the coordinates.
    func send(
        _ layer: CountyLayer, _ system: CoordinateSystem, to sink: StreamSink, _ context: Context,
        without: String? = nil, moved: ((Point) -> Point)? = nil
    ) throws {
        let kept = layer.fields.indices.filter { layer.fields[$0].name != without }
        let fields = kept.map { index -> SourceField in
            let field = layer.fields[index]
            switch field.kind {
            case .text(let width): return SourceField(field.name, .text, width: width)
            case .integer: return SourceField(field.name, .integer)
            case .real(let decimals): return SourceField(field.name, .real, width: 18, precision: decimals)
            }
        }
        let source = SourceLayer(
            name: layer.name, fields: fields, geometryKind: layer.geometry, crsWKT: system.wkt,
            crsAuthority: system.authority)
        try sink.send(.layer(source))
        var builder = FeatureBatchBuilder(fieldCount: fields.count)
        var fid: Int64 = 0
        try layer.forEachFeature { feature in
            fid += 1
            builder.begin(fid: fid)
            if feature.shape.isEmpty {
                builder.noGeometry()
            } else {
                var shape = feature.shape
                if let moved { for index in shape.points.indices { shape.points[index] = moved(shape.points[index]) } }
                shape.wkb().withUnsafeBytes { builder.geometry($0) }
            }
            for index in kept {
                switch feature.values[index] {
                case .null: builder.appendNull()
                case .integer(let number): builder.append(number)
                case .real(let number): builder.append(number)
                case .text(let text): builder.append(text)
                }
            }
            if builder.isFull { try sink.send(builder.takeMessage()) }
            try context.progress.tell(Int(fid), of: nil, layer.name)
        }
        if !builder.isEmpty { try sink.send(builder.takeMessage()) }
    }

    /// A plain table, such as comes with every delivery: the villages with their codes and areas.
    private func sendVillages(of county: County, to sink: StreamSink) throws {
        guard let villages = county.layers().first(where: { $0.name == "CJDCQ" }) else { return }
        let wanted = ["ZLDWDM", "ZLDWMC", "DCMJ"].compactMap { name in villages.fields.firstIndex { $0.name == name } }
        let fields = wanted.map {
            SourceField(villages.fields[$0].name, villages.fields[$0].name == "DCMJ" ? .real : .text)
        }
        try sink.send(.layer(SourceLayer(name: "villages", fields: fields, hasGeometry: false)))
        var builder = FeatureBatchBuilder(fieldCount: fields.count)
        var fid: Int64 = 0
        villages.forEachFeature { feature in
            fid += 1
            builder.begin(fid: fid)
            builder.noGeometry()
            for index in wanted {
                switch feature.values[index] {
                case .null: builder.appendNull()
                case .integer(let number): builder.append(number)
                case .real(let number): builder.append(number)
                case .text(let text): builder.append(text)
                }
            }
        }
        if !builder.isEmpty { try sink.send(builder.takeMessage()) }
    }
}
