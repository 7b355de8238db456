import GRDB
import Planning

/// The units of a project as sums run up through them.
struct IndicatorUnits: Sendable {
    let byID: [Int64: Unit]
    let byCode: [String: Int64]
    /// A unit and those that it lies in, itself first.
    private let chains: [Int64: [Int64]]
    private let inside: [Int64: [Int64]]
    /// The unit that the project is about: of those that lie in no other, the one with the most units below it.
    let county: Int64?

    init(_ db: Database) throws {
        var units: [Unit] = []
        let rows = try Row.fetchCursor(
            db.cachedStatement(sql: "SELECT id, code, name, parent FROM main.unit WHERE id <> 0"))
        while let row = try rows.next() {
            units.append(Unit(id: row[0], code: row[1], name: row[2], parent: row[3]))
        }
        let byID = Dictionary(uniqueKeysWithValues: units.map { ($0.id, $0) })
        self.byID = byID
        byCode = Dictionary(units.map { ($0.code, $0.id) }) { first, _ in first }
        var chains: [Int64: [Int64]] = [:]
        var below: [Int64: Int] = [:]
        for unit in units {
            var chain = [unit.id]
            // A chain that ran in a circle would be another program's doing; it ends where it comes back.
            while let parent = chain.last.flatMap({ byID[$0]?.parent }), !chain.contains(parent) {
                chain.append(parent)
            }
            chains[unit.id] = chain
            below[chain[chain.count - 1], default: 0] += 1
        }
        self.chains = chains
        inside = chains.reduce(into: [:]) { inside, item in
            for unit in item.value { inside[unit, default: []].append(item.key) }
        }
        county = below.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
    }

    /// Where a value of a unit counts: what belongs to no unit counts for the county.
    func chain(of unit: Int64) -> [Int64] { chains[unit] ?? county.map { [$0] } ?? [] }

    /// A unit and those that lie in it; of the county also what belongs to no unit.
    func below(_ unit: Int64) -> [Int64] {
        inside[unit, default: []] + (unit == county ? [0] : [])
    }

    /// 1 for a county, 2 for a town, 3 for a village; 0 for no unit.
    func level(of unit: Int64) -> Int { chains[unit]?.count ?? 0 }
}

/// The state of the file that sums are reckoned in: its layers, its units, and how often each layer has changed.
struct IndicatorGround {
    let layers: [Layer]
    /// Surveys, the earliest first.
    let surveys: [Layer]
    let units: IndicatorUnits
    /// Layers that are no surveys by standard name: the oldest first, those of one year by number.
    private let others: [String: [Layer]]
    private let surveyNames: Set<String>
    private let revisions: [Int64: Int64]
    private let counts: [Int64: [Int64: Int64]]
    /// Layers that another program has changed and tuban has not looked at, or can not tell: nothing is kept of them.
    let dirty: Set<Int64>
    private static let groups = Digest.of(ClassGroup.text).prefix(8)

    init(_ db: Database, _ units: IndicatorUnits) throws {
        // Row by row: of a row that was copied GRDB compares the names of columns for each value.
        let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT * FROM layer_registry ORDER BY id"))
        var layers: [Layer] = []
        var revisions: [Int64: Int64] = [:]
        while let row = try rows.next() {
            let layer = Layer(row: row)
            layers.append(layer)
            revisions[layer.id] = row["revision"]
        }
        (self.layers, self.revisions) = (layers, revisions)
        surveys = layers.filter { $0.role == .parcels && $0.year != nil }.sorted {
            ($0.year ?? 0, $0.id) < ($1.year ?? 0, $1.id)
        }
        years = Set(surveys.compactMap(\.year)).sorted()
        surveyNames = Set(surveys.map(\.standard))
        others = Dictionary(grouping: layers.filter { $0.role != .parcels }, by: \.standard).mapValues { layers in
            layers.sorted { ($0.year ?? .min, $0.id) < ($1.year ?? .min, $1.id) }
        }
        self.units = units
        var counts: [Int64: [Int64: Int64]] = [:]
        let changed = try Row.fetchCursor(db.cachedStatement(sql: "SELECT plan, layer, count FROM indicator_count"))
        while let row = try changed.next() { counts[row[0], default: [:]][row[1]] = row[2] }
        self.counts = counts
        let watched = try Set(
            String.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT substr(name, 22) FROM main.sqlite_master
                        WHERE type = 'trigger' AND name LIKE 'tuban\\_touched\\_update\\_%' ESCAPE '\\'
                        """)))
        dirty = try Set(Int64.fetchCursor(db.cachedStatement(sql: "SELECT DISTINCT layer FROM touched")))
            .union(layers.filter { !watched.contains($0.table) }.map(\.id))
    }

    /// The years that have a survey.
    let years: [Int]

    func survey(_ year: Int) -> Layer? { surveys.last { $0.year == year } }

    /// The survey before that of a year.
    func surveyBefore(_ year: Int) -> Layer? { surveys.last { ($0.year ?? 0) < year } }

    /// The layer that a name stands for in a year: of several of one standard name the newest that is not of a later
    /// year. One that says no year stands for every year.
    func layer(_ name: String, year: Int) -> Layer? {
        switch name {
        case "land": survey(year)
        case "land_before": surveyBefore(year)
        case "land_base": surveys.first
        case _ where surveyNames.contains(name): survey(year)
        default: others[name]?.last { ($0.year ?? .min) <= year }
        }
    }

    /// What a sum over these layers was reckoned from.
    func stamp(_ layers: [Layer], plan: Int64 = 0) -> String {
        var parts = ["\(Self.groups)", "0:\(counts[0]?[0] ?? 0)"]
        for layer in layers { parts.append("\(layer.id):\(revisions[layer.id] ?? 0).\(counts[0]?[layer.id] ?? 0)") }
        if plan != 0 {
            parts.append("plan \(counts[plan]?[0] ?? 0)")
            for layer in layers { parts.append("\(counts[plan]?[layer.id] ?? 0)") }
        }
        return parts.joined(separator: " ")
    }

    /// Whether a plan has anything to say of one of the layers.
    func isTouched(_ layers: [Layer], by plan: Int64) -> Bool {
        layers.contains { counts[plan]?[$0.id] != nil }
    }
}
