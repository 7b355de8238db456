import Geometry
import Phrases
import Planning

/// A whole county that nobody lives in: units, surveys of several years, control lines, planned use and roads.
///
/// Everything in it is a pure function of the seed, the wanted number of parcels and the years, equal to the last bit on
/// every machine. Its parcels fill its villages, villages its towns, towns the county, without gap or overlap and with
/// the same corners on both sides of every boundary. Names are invented, its code (99….) is in no use, its ground lies in
/// zone 39 of the 3° zones of CGCS2000 (EPSG:4527), near the central meridian of 117° E.
package struct County: Sendable {
    /// EPSG code of its coordinates: metres, the zone number before the easting.
    package static let epsg = 4527

    package let seed: UInt64
    /// Ascending.
    package let years: [Int]
    let names: Names
    let layout: Layout
    let terrain: Terrain
    let ground: Ground
    let lattice: Lattice
    let painter: Painter
    let dice: Dice
    let measure: @Sendable (Shape) -> Int64
    /// Whether the latest survey has the planted faults.
    let withFaults: Bool

    /// - Parameters:
    ///   - parcels: how many each survey shall have, from 300 to 10,000,000; met within 10 %.
    ///   - years: of the surveys, at least one; the order does not matter.
    ///   - faults: whether the latest survey has planted faults, which the truth lists.
    ///   - area: the area of a polygon on the ellipsoid, in hundredths of a square metre.
    /// - Throws: `Refusal` for numbers out of range.
    package init(
        seed: UInt64, parcels: Int, years: [Int] = [2020, 2025], faults: Bool = true,
        area: @escaping @Sendable (Shape) -> Int64
    ) throws {
        guard (300...10_000_000).contains(parcels) else {
            throw Refusal(
                .usage, "A county of \(parcels) parcels cannot be made; choose from 300 to 10000000.",
                "不能生成 \(parcels) 个图斑的县，请在 300 到 10000000 之间选择。")
        }
        let years = Set(years).sorted()
        guard let first = years.first, first >= 1949, years.allSatisfy({ $0 <= 2099 }), years.count <= 20 else {
            throw Refusal(
                .usage, "The surveys need one to twenty years between 1949 and 2099.",
                "调查年份应为 1949 至 2099 之间的 1 至 20 个。")
        }
        self.seed = seed
        self.years = years
        measure = area
        withFaults = faults
        dice = Dice(seed: seed)
        names = Names(dice: dice)
        // Larger counties have smaller parcels: 2 ha on average at 3,000 parcels, 0.8 at 100,000, 0.26 at ten million.
        let hectares = 2 / (Double(parcels) / 3_000).squareRoot().squareRoot()
        let cell = (hectares * 10_000 / 4).squareRoot().rounded()
        let lastAge = Double((years.last ?? first) - first)
        let plan = Self.plan(dice, parcels: parcels, cell: cell, lastAge: lastAge)
        layout = plan.layout
        terrain = plan.painter.terrain
        ground = plan.painter.ground
        painter = plan.painter
        lattice = Lattice(
            layout: layout, terrain: terrain, cell: cell, centre: Point(x: 39_512_000, y: 3_402_000))
    }

    /// Finds a layout with the wanted number of parcels. How many a block gets depends on the land, so the first guess
    /// is counted (on a part of the villages when there are many) and mended.
    private static func plan(
        _ dice: Dice, parcels: Int, cell: Double, lastAge: Double
    ) -> (layout: Layout, painter: Painter) {
        let ratio = Double(parcels) / 3_000
        let villages = 20 * ratio.squareRoot() * ratio.squareRoot().squareRoot()
        var blocks = Double(parcels) / 10.5
        var best: (layout: Layout, painter: Painter, miss: Double)?
        for _ in 0..<6 {
            let layout = Layout(
                dice: dice, blocks: blocks, villageBlocks: max(9, blocks / villages),
                townVillages: max(3, 4.5 * ratio.squareRoot().squareRoot()))
            let terrain = Terrain(layout: layout)
            var ground = Ground(layout: layout, terrain: terrain)
            let planting = Planting(layout: layout, ground: ground, cell: cell, isPlanted: parcels >= 1_000)
            ground.spared = planting.spared
            let painter = Painter(
                layout: layout, terrain: terrain, ground: ground, planting: planting, lastAge: lastAge)
            let share = count(layout, painter) / Double(parcels)
            let miss = (share - 1).magnitude
            if miss < best?.miss ?? .infinity { best = (layout, painter, miss) }
            if miss < 0.015 { return (layout, painter) }
            blocks /= share
        }
        guard let best else { preconditionFailure("the loop above runs at least once") }
        return (best.layout, best.painter)
    }

    /// About how many parcels a layout gives in the first year.
    private static func count(_ layout: Layout, _ painter: Painter) -> Double {
        func blocks(_ village: Layout.Village) -> Int {
            village.columns.reduce(0) { $0 + layout.rows(of: village.band, column: $1).count }
        }
        let step = max(1, layout.villages.count / 80)
        var counted = 0, sampled = 0
        for index in stride(from: step / 2, to: layout.villages.count, by: step) {
            counted += Parcels(painter.paint(layout.villages[index], age: 0), dice: layout.dice).count
            sampled += blocks(layout.villages[index])
        }
        let all = layout.villages.reduce(0) { $0 + blocks($1) }
        return Double(counted) * Double(all) / Double(max(1, sampled))
    }

    /// The invented name, such as 岚溪县, and the six digits of the code.
    package var name: String { names.countyName }
    package var code: UnitCode { names.county }

    /// The box of its ground.
    package var box: Box { outline(of: nil).box }

    /// Its layers, from the large to the small.
    package func layers() -> [CountyLayer] {
        var layers: [CountyLayer] = []
        func add(
            _ name: String, _ title: Phrase, _ content: CountyLayer.Content, _ fields: [CountyField],
            _ geometry: Shape.Kind = .polygon
        ) {
            layers.append(
                CountyLayer(
                    name: name, title: title, geometry: geometry, fields: fields, content: content,
                    serial: layers.count + 1, county: self))
        }
        add("XZQ", Phrase("Administrative areas", "行政区"), .units, Self.unitFields)
        add("CJDCQ", Phrase("Village survey areas", "村级调查区"), .villages, Self.villageFields)
        for year in years {
            add(
                "DLTB_\(year)", Phrase("Land-use parcels \(year)", "地类图斑 \(year)"), .survey(year: year),
                Self.surveyFields)
        }
        add("YJJBNTTB", Phrase("Permanent basic farmland", "永久基本农田图斑"), .farmland, Self.farmlandFields)
        add("STBHHX", Phrase("Ecological red line", "生态保护红线"), .redLine, Self.redLineFields)
        add("CZKFBJ", Phrase("Urban development boundary", "城镇开发边界"), .urbanBoundary, Self.urbanBoundaryFields)
        add("GHYDYH", Phrase("Planned use", "规划用地用海"), .plannedUse, Self.plannedUseFields)
        add("DL", Phrase("Roads", "道路"), .roads, Self.roadFields, .line)
        for listed in Listed.all where !listed.isCoastal || layout.isCoastal {
            add(listed.name, listed.title, .listed(listed), listed.fields, listed.geometry)
        }
        return layers
    }
}
