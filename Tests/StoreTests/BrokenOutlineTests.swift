import Foundation
import GRDB
import Geometry
import Phrases
import Planning
import Testing

@testable import Store

/// Imports mend broken outlines or refuse them, but other programs may write any: operations then refuse, in one sentence,
/// and leave everything as it was.
@Suite struct BrokenOutlineTests {
    let scratch: Scratch
    let project: Project
    let plan: Int64

    init() throws {
        scratch = try Scratch()
        project = try scratch.chessboard()
        plan = try project.newPlan("a", kind: .town, base: project.layer(named: "DLTB"), line: "").id
    }

    /// Puts a bow tie in the place of a square's outline, as a GIS without checks would.
    private func breakOutline(of fid: Int64, in table: String, x: Double, y: Double) throws {
        let bow = Shape(polygon: [
            [(0, 0), (100, 100), (100, 0), (0, 100), (0, 0)].map { Point(x: x + $0.0, y: y + $0.1) }
        ])
        try project.change { db in
            let srs = try Int32.fetchOne(
                db, sql: "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?", arguments: [table])
            try db.execute(
                sql: "UPDATE \(table) SET geom = ? WHERE fid = ?",
                arguments: [Data(bow.geoPackageBlob(srs: srs ?? -1, multi: true)), fid])
        }
    }

    private func rows() throws -> [String] {
        try project.read { db throws in
            try ["plan_edit", "plan_origin", "lineage", "journal"].flatMap {
                try Row.fetchAll(db, sql: "SELECT * FROM \($0) ORDER BY 1, 2").map(\.description)
            }
        }
    }

    private func refused(_ what: String, _ step: () throws -> DraftOutcome) throws {
        let before = try rows()
        do {
            _ = try step()
            Issue.record("not refused: \(what)")
        } catch let refusal as Refusal {
            let text = refusal.phrase.english
            #expect(text.contains("broken") && text.hasSuffix("nothing was changed."), "\(what): \(text)")
            #expect(!text.contains("\n") && text.components(separatedBy: ". ").count == 1, "\(what): \(text)")
            #expect(!refusal.phrase.chinese.isEmpty && refusal.phrase.chinese != text)
        }
        #expect(try rows() == before, "\(what)")
    }

    @Test("A parcel with a broken outline is not split, merged, or bent")
    func parcel() throws {
        try breakOutline(of: 1, in: "DLTB_2020", x: 0, y: 0)
        let line = Shape(line: [Point(x: 30, y: -5), Point(x: 30, y: 105)])
        try refused("split") { try project.split(1, .along(line), in: plan, line: "split") }
        try refused("split by area") {
            try project.split(1, .area(100_000, bearing: 0, isLeft: true), in: plan, line: "split")
        }
        try refused("merge") { try project.merge([1, 2], to: .plan2023("0701"), in: plan, line: "merge") }
        try refused("merge with the broken one named last") {
            try project.merge([2, 1], to: .plan2023("0701"), in: plan, line: "merge")
        }
        try refused("move") {
            try project.changeVertex(of: 1, .move(1, to: Point(x: 1, y: 1)), in: plan, line: "move")
        }
        // Its class has nothing to do with its outline.
        #expect(try project.setClass(of: [1], to: .plan2023("0701"), in: plan, line: "set-class").count == 1)
    }

    @Test("A control line with a broken outline is not clipped or shrunk, but taken away")
    func controlLine() throws {
        _ = try project.addLayer("YJJBNTTB", .controlLine, [square(x: 200, y: 200, side: 100)])
        try breakOutline(of: 1, in: "YJJBNTTB", x: 200, y: 200)
        let uid = Int64(25)
        try refused("clip") {
            try project.clip(uid, to: square(x: 200, y: 200, side: 40), keepingInside: true, in: plan, line: "clip")
        }
        try refused("shrink") { try project.shrink(uid, byMetres: 5, in: plan, line: "shrink") }
        #expect(try project.remove([uid], in: plan, line: "remove").features.map(\.uid) == [uid])
    }

    @Test("A plan does not go over to an older survey")
    func older() throws {
        let older = try project.addBoard(table: "DLTB_2015", columns: 6, rows: 4)
        try project.change { db in
            try db.execute(sql: "UPDATE layer_registry SET year = 2015 WHERE id = ?", arguments: [older.id])
        }
        let layer = try project.layer(named: "DLTB_2015")
        let base = try project.plan(plan).base
        #expect {
            try project.rebase(plan, to: layer, line: "rebase")
        } throws: {
            ($0 as? Refusal)?.phrase.english.contains("DLTB_2015 is an older survey") == true
        }
        #expect(try project.plan(plan).base == base)
    }

    @Test("Each rule that tuban brings can be asked in a project without its layers")
    func rules() throws {
        for rule in RuleTable.standard { #expect(try project.fault(in: rule) == nil, "\(rule.id)") }
    }
}
