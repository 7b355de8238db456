import Foundation
import GeoBridge
import Geometry
import Planning
import Store

extension Bench {
    /// What boundaries of several kinds touch, all layers and rules, against a script that reads by a box, intersects and
    /// sums.
    func analysing(_ tell: (Row) -> Void) throws {
        let county = "\(folder)/analysis.gpkg"
        remove(county)
        defer {
            remove(county)
            for name in ["analysis-files", "boundaries.txt", "asked.csv", "touched.csv"] {
                try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            }
        }
        try Tool.run(tuban, ["sample", county, "--parcels", String(parcels), "--years", "2025", "--no-faults"])
        let open = try Project.open(at: county)
        guard let survey = try open.newestSurvey() else { return }
        let box = survey.box
        try open.close()
        let kinds: [(what: String, shapes: [Shape], goal: Double?)] = [
            ("analyse, 300 ha", [site(around: box.center, hectares: 300, corners: 40, seed: 1)], 0.5),
            ("analyse, corridor of \(corridorLength(box) / 1000) km by 60 m", [try corridor(in: box)], 0.5),
            ("analyse, 20,000 vertices", [site(around: box.center, hectares: 1000, corners: 20_000, seed: 2)], 0.5),
            ("analyse, batch of 500", batch(of: 500, in: box), 0.3),
            (
                "analyse, 1,000,000 vertices", [site(around: box.center, hectares: 1000, corners: 1_000_000, seed: 3)],
                nil
            ),
        ]
        for kind in kinds {
            var analyses: [BoundaryAnalysis] = []
            var done = 0
            let (ours, peer) = try Clock.best(of: kind.shapes.count > 1 || kind.goal == nil ? 2 : 5) {
                try Clock.seconds { analyses = try analyse(kind.shapes, in: county) }
            } _: {
                guard kind.goal != nil else { return nil }
                try write(kind.shapes, analyses)
                let files = ["boundaries.txt", "asked.csv", "touched.csv"].map { "\(folder)/\($0)" }
                // All 500 take the peer the better part of an hour: it is let off after so many seconds.
                let numbers = Python.numbers("analyse", [county] + files + ["240"])
                done = numbers?.first.map { Int($0) } ?? 0
                return numbers?.last
            }
            let (taken, findings) = (
                analyses.reduce(0) { $0 + $1.parcels.count }, analyses.reduce(0) { $0 + $1.findings.count }
            )
            tell(
                Row(
                    what: kind.what, size: parcels, ours: ours, peer: peer,
                    peerName: kind.goal == nil
                        ? ""
                        : "pyogrio, shapely" + (done < kind.shapes.count ? ": \(done) of \(kind.shapes.count)" : ""),
                    unit: "s",
                    goal: isMillion ? kind.goal.map(Row.Goal.ratio) ?? .none : .none,
                    note: "\(taken) parcels, \(findings) findings"))
        }
    }

    /// All that `tuban analyse` does after it has read its boundaries, from opening the project to keeping the result.
    private func analyse(_ shapes: [Shape], in county: String) throws -> [BoundaryAnalysis] {
        let project = try Project.open(at: county)
        defer { try? project.close() }
        let desk = try AnalysisDesk(project, AnalysisRequest())
        defer { try? desk.close() }
        let analyses = try shapes.enumerated().map { index, shape in
            try desk.analyse(desk.checked(AnalysedBoundary(name: "\(index)", shape: shape)))
        }
        return try project.keep(analyses)
    }

    /// What the peer is asked, and what was found.
    private func write(_ shapes: [Shape], _ analyses: [BoundaryAnalysis]) throws {
        func put(_ lines: [String], _ name: String) throws {
            try lines.joined(separator: "\n").write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        func digits(_ byte: UInt8) -> String { byte < 16 ? "0\(String(byte, radix: 16))" : String(byte, radix: 16) }
        try put(shapes.map { $0.wkb().map(digits).joined() }, "boundaries.txt")
        let layers = (analyses.first?.layers ?? []).map { "\($0.layer.table)," }
        try put(["layer,columns", "\(layer),DLBM|ZLDWDM|QSXZ"] + layers, "asked.csv")
        var lines = ["boundary,uid,area"]
        for (index, analysis) in analyses.enumerated() {
            lines += analysis.parcels.map { "\(index),\($0.id),\(AreaUnit.squareMetres.text($0.plane))" }
            lines += analysis.layers.flatMap(\.meetings).filter { $0.area > 0 }.map {
                "\(index),\($0.id),\(AreaUnit.squareMetres.text($0.plane))"
            }
        }
        try put(lines, "touched.csv")
    }

    // MARK: Boundaries

    /// A site of a ragged outline: bays and tongues, and corners set no farther off than their neighbours are.
    private func site(around middle: Point, hectares: Double, corners: Int, seed: UInt64) -> Shape {
        var dice = SplitMix(state: seed)
        let radius = (hectares * 10_000 / .pi).squareRoot()
        let points = (0..<corners).map { corner in
            let angle = 2 * Double.pi * Double(corner) / Double(corners)
            let step = min(radius * 0.03, 2 * .pi * radius / Double(corners))
            let here =
                radius * (1 + 0.05 * sin(7 * angle) + 0.03 * sin(23 * angle))
                + .random(in: -step...step, using: &dice)
            return Point(x: middle.x + here * cos(angle), y: middle.y + here * sin(angle))
        }
        return Shape(polygon: [points + [points[0]]])
    }

    private func corridorLength(_ box: Box) -> Int { min(100_000, Int(box.width + box.height) * 9 / 10) }

    /// A road from side to side: bends every few kilometres, 60 m wide.
    private func corridor(in box: Box) throws -> Shape {
        let length = Double(corridorLength(box)), bends = 24
        var points: [Point] = []
        // Up and down between the western and the eastern side, as long in all as is asked.
        let (from, to) = (box.minX + box.width * 0.05, box.maxX - box.width * 0.05)
        let across = (to - from) / Double(bends)
        let along = max(0, (length / Double(bends)) * (length / Double(bends)) - across * across).squareRoot()
        let swing = min(along, box.height * 0.9)
        for bend in 0...bends {
            points.append(
                Point(
                    x: from + Double(bend) * across, y: box.center.y + (bend.isMultiple(of: 2) ? -swing : swing) / 2))
        }
        return try GEOS().buffer(Shape(line: points), by: 30, quadrantSegments: 2)
    }

    private func batch(of count: Int, in box: Box) -> [Shape] {
        var dice = SplitMix(state: 7)
        return (0..<count).map { index in
            let middle = Point(
                x: .random(in: box.minX + box.width * 0.05...box.maxX - box.width * 0.05, using: &dice),
                y: .random(in: box.minY + box.height * 0.05...box.maxY - box.height * 0.05, using: &dice))
            return site(
                around: middle, hectares: .random(in: 1...20, using: &dice), corners: 24, seed: UInt64(100 + index))
        }
    }
}

/// Random numbers that are the same in every run (S. Vigna, splitmix64).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
