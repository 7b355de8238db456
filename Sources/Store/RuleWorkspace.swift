import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning

/// Whom a run of the rules looks at.
package enum RuleScope: String, Sendable, CaseIterable {
    /// What a draft changes.
    case draft
    /// What changed between the two newest surveys, and every layer as it stands.
    case county
    case all
}

/// A connection of its own on which rules run: the documented views over temporary tables that hold who is examined,
/// what changed, and which outlines share what. It goes with the run, or stays open for the steps that follow.
final class RuleWorkspace: Sendable {
    let queue: DatabaseQueue
    let covers = CoverShapes()
    let scope: RuleScope
    let plan: Plan?
    /// The rules that run here: those whose SQL is about the scope.
    let rules: [Rule]
    /// Layers by the name that rules know them by.
    let layers: [String: Layer]
    /// What areas are measured in; nil measures in the plane.
    let system: CoordinateSystem?
    /// What users' SQL may name.
    let names: Set<String>
    /// What is missing for a rule, by its id.
    let obstacles: [String: String]
    /// Rules whose statements wait in the connection's cache, by id.
    private let prepared: Set<String>
    /// Whether it serves many runs. Its rules are then prepared under the guard once and for all.
    let staysOpen: Bool

    var planID: Int64 { scope == .county ? 0 : plan?.id ?? 0 }
    var isDraft: Bool { scope == .draft }

    /// - Parameters:
    ///   - rules: in force; those without SQL about the scope are left out.
    ///   - inPlane: measures areas in the plane, so that another program can be held against them.
    ///   - staysOpen: whether it serves many runs.
    init(
        path: String, plan: Plan?, scope: RuleScope, rules: [Rule], inPlane: Bool = false, staysOpen: Bool = false
    ) throws {
        self.scope = scope
        self.plan = plan
        self.staysOpen = staysOpen
        let isDraft = scope == .draft
        let running = rules.filter { $0.decision.isComputed && !$0.sql(isDraft: isDraft).isEmpty }
        self.rules = running
        let queue = try DatabaseQueue(path: path, configuration: Project.configuration(readOnly: true))
        self.queue = queue
        let covers = covers
        let number = scope == .county ? 0 : plan?.id ?? 0
        (layers, system, names, obstacles, prepared) = try queue.inDatabase { db in
            // Reading only is for the file; the connection's own temporary tables must be written.
            try db.execute(sql: "PRAGMA query_only = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536")
            try Here.install(in: db)
            db.add(function: covers.function)
            db.add(function: CoverShapes.workdays)
            let system = try Project.coordinateSystem(in: db)
            if !inPlane { covers.use(system) }
            let layers = try Self.layers(plan: scope == .county ? nil : plan, in: db)
            try Project.stand(Here(plan: number), in: db)
            try db.execute(sql: Self.tables + (staysOpen ? Self.indexes : "") + Self.changeView)
            var views = RuleViews(plan: number, scope: scope, layers: layers, staysOpen: staysOpen)
            try views.make(for: running, in: db)
            let obstacles = try views.obstacles(to: running, in: db)
            var prepared: Set<String> = []
            if staysOpen {
                try UserQueries(views: views.names).run(in: db) {
                    for rule in running {
                        do {
                            _ = try db.cachedStatement(sql: rule.sql(isDraft: isDraft))
                            prepared.insert(rule.id)
                        } catch is DatabaseError {
                            // What is wrong with its text is told when it is asked.
                        }
                    }
                }
            }
            return (layers, inPlane ? nil : system, views.names, obstacles, prepared)
        }
    }

    /// The layers that rules know, by standard name: of surveys the newest, and the one before it as `NAME_BEFORE`; a
    /// plan's own base and planned-use layer before others of their kind.
    private static func layers(plan: Plan?, in db: Database) throws -> [String: Layer] {
        var layers: [String: Layer] = [:]
        let all = try Layer.fetchAll(db, sql: "SELECT * FROM layer_registry ORDER BY id")
        for layer in all.sorted(by: { ($0.year ?? 0, $0.id) < ($1.year ?? 0, $1.id) }) {
            if layer.role == .parcels, let newest = layers[layer.standard] {
                layers[layer.standard + "_BEFORE"] = newest
            }
            layers[layer.standard] = layer
        }
        for id in [plan?.base, plan?.planned] {
            if let layer = all.first(where: { $0.id == id }) { layers[layer.standard] = layer }
        }
        return layers
    }

    private static let tables = """
        CREATE TEMP TABLE asked(uid INTEGER PRIMARY KEY);
        -- Land that changes, with all that is known of its classes, so that rules find it without joining.
        CREATE TEMP TABLE piece(
            subject INTEGER PRIMARY KEY, source TEXT, uid INTEGER, base_uid INTEGER, unit INTEGER,
            area_m2 REAL, net_m2 REAL, changed_m2 REAL, was TEXT, becomes TEXT,
            from_system TEXT, from_code TEXT, from_category TEXT, to_system TEXT, to_code TEXT, to_category TEXT,
            from_cultivated INTEGER, to_cultivated INTEGER, from_construction INTEGER, to_construction INTEGER,
            to_missing INTEGER);
        CREATE TEMP TABLE examined(subject INTEGER PRIMARY KEY, uid INTEGER, layer TEXT);
        CREATE INDEX temp.examined_layer ON examined(layer);
        CREATE TEMP TABLE overlap(
            subject INTEGER, object INTEGER, layer TEXT, area_m2 REAL, length_m REAL, x REAL, y REAL);
        CREATE TEMP TABLE distance(subject INTEGER, object INTEGER, layer TEXT, distance_m REAL, x REAL, y REAL);
        CREATE TEMP VIEW limits AS SELECT rule, unit, layer, bound, value FROM rule_limit;
        """

    private static let indexes = """
        CREATE INDEX IF NOT EXISTS temp.overlap_subject ON overlap(subject, layer);
        CREATE INDEX IF NOT EXISTS temp.overlap_layer ON overlap(layer);
        CREATE INDEX IF NOT EXISTS temp.distance_subject ON distance(subject);
        """

    /// Makes the indexes of what was measured; those of a workspace that stays open are there from the beginning.
    ///
    /// To sort many rows is faster than to put each in its place.
    func makeIndexes(in db: Database) throws {
        if !staysOpen { try db.execute(sql: Self.indexes) }
    }

    /// Keeps a piece: subject, source, uid, base, unit, areas, and its classes before and after by number.
    static let pieceInsertion = """
        INSERT INTO temp.piece
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
                b.system || ':' || b.code, a.system || ':' || a.code, b.system, b.code, b.category,
                a.system, a.code, a.category, b.code GLOB '01*', a.code GLOB '01*',
                b.category = 'construction', a.category = 'construction', a.id = 0 OR a.known = 0
            FROM main.land_class AS b CROSS JOIN main.land_class AS a WHERE b.id = ?9 AND a.id = ?10
        """

    /// The view that rules read changes by, in the place of the one that people's own filters read.
    private static let changeView = """

        DROP VIEW temp.change;
        CREATE TEMP VIEW change AS
            SELECT p.subject, p.source, p.uid, p.base_uid, p.area_m2, p.net_m2, p.changed_m2, p.was, p.becomes,
                p.from_system, p.from_code, p.from_category, p.to_system, p.to_code, p.to_category,
                p.from_cultivated, p.to_cultivated, p.from_construction, p.to_construction, p.to_missing,
                u.code AS unit_code
            FROM piece AS p LEFT JOIN unit AS u ON u.id = p.unit;
        """

    /// Whether a rule was prepared under the guard, and stays so.
    func isReady(_ rule: Rule) -> Bool { staysOpen && prepared.contains(rule.id) }

    /// Forgets what was measured, of all or of some features only.
    func clear(_ uids: Set<Int64>? = nil, in db: Database) throws {
        guard let uids else {
            covers.clear()
            for table in ["piece", "examined", "overlap", "distance"] {
                try db.cachedStatement(sql: "DELETE FROM temp.\(table)").execute()
            }
            return
        }
        for uid in uids {
            let pieces = ChangedPiece.subjects(of: uid)
            for table in ["piece", "examined", "overlap", "distance"] {
                let statement = try db.cachedStatement(
                    sql: "DELETE FROM temp.\(table) WHERE subject BETWEEN ? AND ? OR subject = ?")
                try statement.execute(arguments: [pieces.lowerBound, pieces.upperBound, uid])
            }
        }
    }
}
