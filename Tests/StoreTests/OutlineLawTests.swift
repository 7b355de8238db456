import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning
import Testing

@testable import Store

/// What holds of outlines whatever planners draw: no gap, no overlap, no hundredth of a square metre lost, and nothing
/// that undo leaves behind.
@Suite struct OutlineLawTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// The board of `Scratch` with `system` as its coordinate system; nil measures in the plane.
    func drafted(_ steps: Int, seed: UInt64, columns: Int = 10, rows: Int = 8) throws {
        let project = try scratch.chessboard(columns: columns, rows: rows)
        var fabric = try Fabric(project, seed: seed)
        let ground = Shape(polygon: [
            [
                Point(x: 0, y: 0), Point(x: Double(columns) * 100, y: 0),
                Point(x: Double(columns) * 100, y: Double(rows) * 100), Point(x: 0, y: Double(rows) * 100),
                Point(x: 0, y: 0),
            ]
        ])
        let start = try fabric.rows()
        var outlines = try fabric.outlines()
        for number in 1...steps {
            try fabric.step(outlines, checking: number % 20 == 0)
            outlines = try fabric.outlines()
            guard number % 100 == 0 || number == steps else { continue }
            let flaws = try fabric.flaws(outlines, over: ground)
            #expect(
                flaws.gap < 1e-4 && flaws.overlap < 1e-4 && flaws.stray < 1e-4, "seed \(seed), step \(number): \(flaws)"
            )
            let sums = try fabric.sums()
            #expect(sums.drafted == sums.base, "seed \(seed), step \(number)")
            #expect(try fabric.unsettled() == [], "seed \(seed), step \(number)")
        }
        // Every kind of step was made, or the test says nothing.
        for kind in [
            "split", "split by polygon", "split by area", "merge", "move", "add vertex", "delete vertex", "set-class",
            "set-attribute", "attach", "zone", "clip", "shrink", "remove",
        ] {
            #expect(fabric.done[kind] ?? 0 > 0, "seed \(seed): \(kind) \(fabric.refused)")
        }
        let plan = fabric.plan
        let end = try fabric.rows()
        var count = 0
        while (try? project.undo(in: plan, line: "undo")) != nil { count += 1 }
        #expect(try fabric.rows() == start, "seed \(seed): undone to the start")
        for _ in 0..<count { _ = try project.redo(in: plan, line: "redo") }
        #expect(try fabric.rows() == end, "seed \(seed): made again")
        #expect(try project.verifyJournal().broken == nil, "seed \(seed)")
        try project.close()
    }

    @Test("A thousand random steps leave no gap, no overlap and every area", arguments: [UInt64(1), 2])
    func thousand(seed: UInt64) throws { try drafted(500, seed: seed) }
}

/// The same, longer.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["TUBAN_LONG"] != nil)) struct OutlineLongTests {
    @Test("Five thousand random steps leave no gap, no overlap and every area")
    func fiveThousand() throws { try OutlineLawTests().drafted(5_000, seed: 7, columns: 20, rows: 16) }
}
