import Foundation
import GeoBridge
import Geometry
import Phrases
import Planning

extension Project {
    /// A boundary as it may be analysed: looked at once, and hashed.
    ///
    /// - Parameter boundary: in the project's coordinates, with whatever outline it came with.
    /// - Throws: `Refusal` that says where it crosses itself, that it has no area, or where it would lie.
    package func checked(_ boundary: AnalysedBoundary) throws -> AnalysedBoundary {
        try checked(boundary, among: layers())
    }

    /// - Parameter layers: the project's, for who checks many.
    fileprivate func checked(_ boundary: AnalysedBoundary, among layers: [Layer]) throws -> AnalysedBoundary {
        let (name, shape) = (boundary.name, boundary.shape)
        guard shape.kind == .polygon, !shape.isEmpty else {
            throw Refusal(
                .badData, "\(name) cannot be analysed: it holds no polygon.", "无法分析 \(name)：其中没有面。")
        }
        // Not by its area: the loops of a ring that crosses itself may cancel out.
        guard !shape.isFlat else { throw empty(name) }
        let report = try GEOS().validity(of: shape)
        if let reason = report.reason {
            let place = try report.place.map { " (\(try cornerText(of: $0)))" } ?? ""
            throw Refusal(
                .badData, "\(name) cannot be analysed: \(reason.english)\(place); mend it at its source.",
                "无法分析 \(name)：\(reason.chinese)\(place)，请在源数据中更正。")
        }
        // Half of the last digit of every table; in degrees there is no telling without measuring.
        if shape.planeArea < 0.005, try coordinateSystem()?.isGeographic != true { throw empty(name) }
        let county = layers.filter { !$0.isGrid }.reduce(Box.empty) { $0.union($1.box) }
        if !county.isEmpty, !county.intersects(shape.box) { throw try outside(name, shape.box, county) }
        var checked = boundary
        checked.shapeHash = Digest.of(shape)
        return checked
    }

    /// A place of the project's coordinates as fine as a corner is set: millimetres, or billionths of a degree.
    package func cornerText(of place: Point) throws -> String {
        let steps = try coordinateSystem()?.isGeographic == true ? 1e9 : 1e3
        return "\((place.x * steps).rounded() / steps), \((place.y * steps).rounded() / steps)"
    }

    private func empty(_ name: String) -> Refusal {
        Refusal(
            .badData,
            "\(name) cannot be analysed: it encloses no area; give its corners in their order around the land.",
            "无法分析 \(name)：范围面积为零，请按顺序给出各界址点。")
    }

    /// Why a boundary lies outside of the county, as far as numbers tell.
    private func outside(_ name: String, _ box: Box, _ county: Box) throws -> Refusal {
        let system = try coordinateSystem()
        func refusal(_ english: String, _ chinese: String) -> Refusal {
            Refusal(
                .badData, "\(name) cannot be analysed: it lies outside of everything in the project; \(english)",
                "无法分析 \(name)：位于项目数据范围之外；\(chinese)。")
        }
        let swapped = Box(minX: box.minY, minY: box.minX, maxX: box.maxY, maxY: box.maxX)
        if county.intersects(swapped) {
            return refusal(
                "with its axes swapped it would lie inside: give eastings first, or northings first in a boundary TXT.",
                "横、纵坐标对调后位于范围之内，请核对坐标顺序")
        }
        if system?.isGeographic != true, box.minX >= -180, box.maxX <= 180, box.minY >= -90, box.maxY <= 90 {
            return refusal(
                "its numbers are degrees: name their system with --crs EPSG:4490.", "其数值为经纬度，请用 --crs EPSG:4490 指定坐标系")
        }
        let zones = ((county.center.x - box.center.x) / 1_000_000).rounded()
        if system?.isGeographic != true, zones != 0, abs(zones) < 100 {
            let shift = zones * 1_000_000
            let moved = Box(minX: box.minX + shift, minY: box.minY, maxX: box.maxX + shift, maxY: box.maxY)
            if county.intersects(moved) {
                let (own, ours) = (Int(box.center.x / 1_000_000), Int(county.center.x / 1_000_000))
                return refusal(
                    own == 0
                        ? "its eastings lack the zone number \(ours) of the project's."
                        : ours == 0
                            ? "its eastings carry the zone number \(own), and the project's carry none."
                            : "its eastings are of zone \(own), the project's of zone \(ours): name its system with --crs.",
                    own == 0
                        ? "横坐标缺少带号 \(ours)"
                        : ours == 0 ? "横坐标带有带号 \(own)，而项目坐标不带带号" : "横坐标为第 \(own) 带，项目为第 \(ours) 带，请用 --crs 指定其坐标系")
            }
        }
        let (dx, dy) = (
            max(county.minX - box.maxX, box.minX - county.maxX, 0),
            max(county.minY - box.maxY, box.minY - county.maxY, 0)
        )
        let away = (dx * dx + dy * dy).squareRoot()
        if system?.isGeographic == true { return refusal("is its coordinate system right?", "请核对其坐标系") }
        let kilometres = max(1, Int((away * (system?.metresPerUnit ?? 1) / 1000).rounded()))
        return refusal("it is \(kilometres) km away: is its zone right?", "相距 \(kilometres) 公里，请核对投影带")
    }
}

extension AnalysisDesk {
    /// As `Project.checked`, for one of many boundaries.
    package func checked(_ boundary: AnalysedBoundary) throws -> AnalysedBoundary {
        try project.checked(boundary, among: allLayers)
    }
}
