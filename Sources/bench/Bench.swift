import Canvas
import Commands
import Foundation
import Geometry
import Rig
import Store

/// The measurements at one size.
struct Bench {
    let parcels: Int
    let folder: String
    let tuban = product(named: "tuban")
    let layer = "DLTB_2025"

    /// The size that most goals are set for.
    var isMillion: Bool { parcels >= 1_000_000 }

    /// The survey as an office would send it, and the project that it is imported into.
    var source: String { "\(folder)/county.gpkg" }
    var project: String { "\(folder)/project.gpkg" }

    /// What may grow little where the county grows tenfold, by the names of its rows: what a person waits for, and the
    /// memory that inventing a county takes.
    static let steady = [starting, wholeCounty, slowestFrame, slowestPage, inventing]
    static let inventing = "sample, resident"
    static let starting = "start to first full screen"
    static let wholeCounty = "whole-county frame"
    static let slowestFrame = "slowest frame, any zoom, to 200x60"
    static let slowestPage = "slowest list page, jump or count"

    init(parcels: Int) throws {
        self.parcels = parcels
        folder = ".bench/\(parcels)"
        // What a run that was broken off left behind would be in the way.
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// What is measured at a size.
    enum Part: String, CaseIterable { case drafting, publishing, indicators, analyse, county }

    /// Measures one thing after another, and hands each row over when it is known.
    func run(_ parts: [Part], _ tell: (Row) -> Void) throws {
        for part in parts {
            switch part {
            case .drafting: for row in try checking() { tell(row) }
            case .publishing:
                for row in try publishing() { tell(row) }
                remove(source)
            case .indicators: try indicators(tell)
            case .analyse: try analysing(tell)
            case .county: try measureCounty(tell)
            }
        }
    }

    private func measureCounty(_ tell: (Row) -> Void) throws {
        for row in try sampling() { tell(row) }
        for row in try importing() { tell(row) }
        tell(try starting())
        for row in try frames() { tell(row) }
        tell(try listing())
        tell(try queue())
        tell(try memory())
        tell(try examining())
        for file in [source, project, "\(folder)/fresh.gpkg"] { remove(file) }
    }

    func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal", ".head"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
    }

    // MARK: Making and reading

    /// The county with all its layers and years; then the one layer that the rest is measured on.
    private func sampling() throws -> [Row] {
        remove(source)
        let words = ["sample", source, "--parcels", String(parcels), "--years"]
        var memory = 0.0
        let whole = try Clock.seconds { memory = try Tool.memory(tuban, words + ["2015,2020,2025"]) }
        let features = try count { try $0.counts().values.reduce(0, +) }
        try? FileManager.default.removeItem(atPath: "\(folder)/county-files")
        var seconds = Double.infinity
        for _ in 0..<2 {
            remove(source)
            seconds = min(seconds, try Clock.seconds { try Tool.run(tuban, words + ["2025", "--layers", layer]) })
        }
        // What `sample` leaves to the system shall lie on the disk before others are measured.
        sync()
        let made = try count { open in
            try open.stand(Here(layer: try open.layer(named: layer).id))
            return try open.count(ParcelQuery())
        }
        return [
            Row(
                what: "sample, survey of one year", size: parcels, ours: Double(made) / seconds, unit: "parcels/s",
                goal: isMillion ? .least(50_000) : .none),
            Row(
                what: "sample, all layers, three years", size: parcels, ours: Double(features) / whole,
                unit: "features/s", goal: isMillion ? .least(50_000) : .none),
            Row(
                what: Self.inventing, size: parcels, ours: memory, unit: "MiB",
                goal: isMillion ? .most(170) : .none),
        ]
    }

    private func count(_ body: (Project) throws -> Int) throws -> Int {
        let open = try Project.open(at: source, readOnly: true)
        defer { try? open.close() }
        return try body(open)
    }

    private func importing() throws -> [Row] {
        let copy = "\(folder)/copy.gpkg"
        defer { remove(copy) }
        let (ours, peer) = try Clock.best(of: isMillion ? 3 : 5) {
            remove(project)
            try Tool.run(tuban, ["init", project, "--crs", "EPSG:4527"])
            return try Clock.seconds { try Tool.run(tuban, ["import", source, "--layer", layer, "-f", project]) }
        } _: {
            remove(copy)
            return try Tool.seconds("ogr2ogr", ["-f", "GPKG", copy, source, layer])
        }
        remove(copy)
        let python = Python.seconds("import", [source, layer, copy])
        return [
            Row(
                what: "import", size: parcels, ours: ours, peer: peer, peerName: "ogr2ogr", unit: "s",
                // At smaller sizes the journal's writes to the disk weigh more; told, but not asked for.
                goal: isMillion ? .ratio(1) : .none),
            Row(
                what: "import, checked and measured", size: parcels, ours: ours, peer: python,
                peerName: "pyogrio, shapely", unit: "s", goal: .none),
        ]
    }

    private func examining() throws -> Row {
        let (ours, peer) = try Clock.best(of: 5) {
            try Clock.seconds { try Tool.run(tuban, ["doctor", "-f", project]) }
        } _: {
            try Tool.seconds("sqlite3", [project, "PRAGMA quick_check"])
        }
        return Row(
            what: "doctor", size: parcels, ours: ours * 1000, peer: peer.map { $0 * 1000 },
            peerName: "PRAGMA quick_check", unit: "ms", goal: .most(200))
    }
}
