import Phrases

/// What must be within reach of what: a kind of facility, how far, and whose land counts.
///
/// A row of `Tables/reach.csv`. A joint row holds where every one of its kinds is within reach.
package struct ReachRule: Hashable, Sendable {
    /// How one gets there.
    package enum Way: String, Sendable, CaseIterable {
        /// Along roads, in metres.
        case walk
        /// Along roads, in seconds by the speeds of their classes.
        case drive
        /// As the crow flies.
        case radius
    }

    /// Whose land counts.
    package enum Demand: String, Sendable, CaseIterable {
        /// Residential land: class 07.
        case residential
        /// Residential land in the urban area (CQFW).
        case residentialUrbanArea = "residential_urban_area"
        /// Land for living and working: classes 07, 08, 09, or of the survey 05, 07, 08.
        case living
        /// Construction land of cities and towns: CZCSXM 201 and 202.
        case urban
        /// Villages, each by its largest residential parcel.
        case villages
    }

    package let kind: String
    package let name: Phrase
    package let way: Way
    /// 0 where the definition gives a radius.
    package let minutes: Int
    /// 0 for ways that are driven: they are counted in minutes.
    package let metres: Double
    /// A layer of facilities as points, and which of them: codes that their YDYHFLDM begins with, a word in their SSLX.
    package let pointLayer: String
    package let pointCodes: [String]
    package let pointName: String
    /// Classes of land that is such a facility, below them too.
    package let planCodes: [String]
    package let surveyCodes: [String]
    /// Land of less is none.
    package let minArea: Double
    package let demand: Demand
    package let joint: [String]
    package let indicators: [String]
    package let mark: Mark
    package let source: String

    /// The greatest cost: metres, or seconds of driving.
    package var limit: Double { way == .drive ? Double(minutes) * 60 : metres }

    /// All rows, in table order.
    package static let all: [ReachRule] = {
        do {
            return try load(Tables.reach())
        } catch {
            // The table is part of the program and a test loads it; a fault in it is our own mistake.
            preconditionFailure("\(error)")
        }
    }()

    static func load(_ csv: CSV) throws -> [ReachRule] {
        let columns = try [
            "kind", "name_zh", "name_en", "way", "minutes", "metres", "point_layer", "point_codes", "point_name",
            "plan_codes", "survey_codes", "min_area_m2", "demand", "joint", "indicators", "mark", "source",
        ].map { ($0, try csv.required($0)) }
        let places = Dictionary(uniqueKeysWithValues: columns)
        var kinds: Set<String> = []
        return try csv.rows.map { row in
            func text(_ name: String) -> String { places[name].map { row.values[$0] } ?? "" }
            func list(_ name: String) -> [String] { text(name).split(separator: "|").map(String.init) }
            guard let way = Way(rawValue: text("way")), let demand = Demand(rawValue: text("demand")),
                let mark = Mark(rawValue: text("mark")), let minutes = Int(text("minutes")),
                let metres = Double(text("metres")), let area = Double(text("min_area_m2")),
                way == .drive ? minutes > 0 : metres > 0, Set(list("joint")).isSubset(of: kinds)
            else {
                throw TableFault(
                    csv.file, row.line, "the row of \(text("kind")) cannot be read.", "\(text("kind")) 一行无法读取。")
            }
            kinds.insert(text("kind"))
            return ReachRule(
                kind: text("kind"), name: Phrase(text("name_en"), text("name_zh")), way: way, minutes: minutes,
                metres: metres, pointLayer: text("point_layer"), pointCodes: list("point_codes"),
                pointName: text("point_name"), planCodes: list("plan_codes"), surveyCodes: list("survey_codes"),
                minArea: area, demand: demand, joint: list("joint"), indicators: list("indicators"), mark: mark,
                source: text("source"))
        }
    }
}

/// How fast roads are driven.
package enum RoadSpeed {
    private static let byName: [String: Double] = {
        do {
            let csv = try Tables.roads()
            let name = try csv.required("class"), other = try csv.required("other_names")
            let speed = try csv.required("drive_km_h")
            var found: [String: Double] = [:]
            for row in csv.rows {
                guard let speed = Double(row.values[speed]), speed > 0 else {
                    throw TableFault(
                        csv.file, row.line, "\(row.values[speed]) is no speed.", "\(row.values[speed]) 不是车速。")
                }
                for name in [row.values[name]] + row.values[other].split(separator: "|").map(String.init) {
                    found[name] = speed
                }
            }
            return found
        } catch {
            // The table is part of the program and a test loads it; a fault in it is our own mistake.
            preconditionFailure("\(error)")
        }
    }()

    /// The slowest there is, which roads of an unknown class have, and the way from a place to its road.
    package static let slowest = byName.values.min() ?? 20

    /// Seconds a metre on a road of a class.
    package static func secondsPerMetre(_ name: String?) -> Double { 3.6 / (name.flatMap { byName[$0] } ?? slowest) }
}
