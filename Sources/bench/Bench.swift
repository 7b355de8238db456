import Canvas
import Commands
import Foundation
import Geometry
import Rig
import Store

/// The measurements at one size.
struct Bench {
    private let parcels: Int
    private let folder: String
    private let tuban = product(named: "tuban")
    private let layer = "DLTB_2025"

    private var source: String { "\(folder)/files/county.gpkg" }
    private var project: String { "\(folder)/project.gpkg" }

    /// Makes the county's files, once for each size.
    init(parcels: Int) throws {
        self.parcels = parcels
        folder = ".bench/\(parcels)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard !FileManager.default.fileExists(atPath: source) else { return }
        try Tool.run(
            tuban, ["sample", "\(folder)/files", "--files", "--parcels", String(parcels), "--years", "2020,2025"])
        // Only the GeoPackage, with the later survey, is measured on.
        for file in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/files") where file != "county.gpkg" {
            try FileManager.default.removeItem(atPath: "\(folder)/files/\(file)")
        }
    }

    func rows() throws -> [Row] {
        var rows = [try importing(), try starting(), try wholeCounty()]
        rows += try browsing()
        rows.append(try memory())
        return rows
    }

    private func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal", ".head"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
    }

    // MARK: Measurements

    private func importing() throws -> Row {
        let copy = "\(folder)/copy.gpkg"
        let (ours, peer) = try Clock.best(of: 3) {
            remove(project)
            try Tool.run(tuban, ["init", project, "--crs", "EPSG:4527"])
            return try Clock.seconds { try Tool.run(tuban, ["import", source, "--layer", layer, "-f", project]) }
        } _: {
            remove(copy)
            return try Tool.seconds("ogr2ogr", ["-f", "GPKG", copy, source, layer])
        }
        remove(copy)
        return Row(
            what: "import", size: parcels, ours: ours, peer: peer, peerName: "ogr2ogr", unit: "s", goal: "<= 1.3")
    }

    /// From the start of the process to the last row of the first frame.
    private func starting() throws -> Row {
        let (ours, peer) = try Clock.best(of: 9) {
            try firstScreen()
        } _: {
            try Tool.seconds("ogrinfo", ["-so", project])
        }
        return Row(
            what: "start to first screen", size: parcels, ours: ours * 1000, peer: peer.map { $0 * 1000 },
            peerName: "ogrinfo -so", unit: "ms", goal: "<= 0.7")
    }

    /// Seconds until the last row of the first frame has arrived: the sentence that a first visit greets with.
    private func firstScreen() throws -> Double {
        let fresh = "\(folder)/fresh.gpkg"
        remove(fresh)
        try FileManager.default.copyItem(atPath: project, toPath: fresh)
        // The copy shall lie on the disk before the clock starts, as a project does that nobody has just written.
        sync()
        defer { remove(fresh) }
        let environment = ["TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": folder]
        var received: [UInt8] = []
        let last = Array("Q leaves".utf8)
        return try Clock.seconds {
            let terminal = try Pseudoterminal(
                tuban, [fresh, "--lang", "en"], environment: environment, columns: 80, rows: 24)
            while received.firstRange(of: last) == nil, received.count < 100_000 {
                received += terminal.receive(milliseconds: 1)
            }
            terminal.signal(SIGKILL)
        }
    }

    private func scene(_ open: Project) throws -> MapScene {
        let classes = Dictionary(
            try open.classes().values.map { ($0.cell, $0) }, uniquingKeysWith: { first, _ in first })
        let ground = try open.layer(named: layer)
        return MapScene(project: open, layers: try open.layers(), plan: 0, classes: classes, ground: ground)
    }

    private func draw(_ scene: MapScene, _ viewport: Viewport) throws {
        var picture = MapPicture(viewport: viewport, glyphs: .braille)
        try scene.paint(&picture)
        var frame = Frame(size: viewport.size)
        picture.draw(into: &frame, at: Place(row: 0, column: 0), theme: .ascii, look: scene.look(.ascii))
    }

    private func wholeCounty() throws -> Row {
        let open = try Project.open(at: project)
        defer { try? open.close() }
        let scene = try scene(open)
        let viewport = Viewport(fitting: scene.box, size: Size(columns: 80, rows: 24))
        let box = viewport.box
        let image = "\(folder)/image.tif"
        let (ours, peer) = try Clock.best(of: 5) {
            try Clock.seconds { for _ in 0..<10 { try draw(scene, viewport) } } / 10
        } _: {
            remove(image)
            return try Tool.seconds(
                "gdal_rasterize",
                [
                    "-q", "-burn", "1", "-ot", "Byte", "-ts", "160", "96", "-te", String(box.minX), String(box.minY),
                    String(box.maxX), String(box.maxY), "-l", layer, project, image,
                ])
        }
        return Row(
            what: "whole-county frame", size: parcels, ours: ours * 1000, peer: peer.map { $0 * 1000 },
            peerName: "gdal_rasterize", unit: "ms", goal: "<= 1/30")
    }

    /// The slowest page in every order, at the start, the end and the middle; the slowest frame at every scale.
    private func browsing() throws -> [Row] {
        let open = try Project.open(at: project)
        defer { try? open.close() }
        let ground = try open.layer(named: layer)
        try open.stand(Here(layer: ground.id, year: 2025))
        let count = try open.count(ParcelQuery())
        var page = 0.0
        for sort in ParcelQuery.Sort.allCases {
            for descending in [false, true] {
                let query = ParcelQuery(sort: sort, descending: descending)
                page = max(page, try Clock.seconds { _ = try open.parcels(query, limit: 44) })
                page = max(page, try Clock.seconds { _ = try open.parcels(query, backward: true, limit: 44) })
                var middle: [Parcel] = []
                page = max(
                    page, try Clock.seconds { middle = try open.parcels(query, offset: count * 9 / 10, limit: 44) })
                if let last = middle.last {
                    page = max(
                        page, try Clock.seconds { _ = try open.parcels(query, after: query.key(of: last), limit: 44) })
                    page = max(page, try Clock.seconds { _ = try open.rank(of: last, in: query) })
                }
            }
        }
        let scene = try scene(open)
        var frame = 0.0
        for scale in Viewport.scales where scale >= 0.1 && scale <= 1000 {
            for size in [Size(columns: 80, rows: 24), Size(columns: 200, rows: 60)] {
                let viewport = Viewport(center: scene.box.center, metresPerColumn: scale, size: size)
                frame = max(frame, try Clock.seconds { try draw(scene, viewport) })
            }
        }
        return [
            Row(
                what: "slowest list page or jump", size: parcels, ours: page * 1000, peerName: "", unit: "ms",
                goal: "<= 50 ms"),
            Row(
                what: "slowest frame, to 200x60", size: parcels, ours: frame * 1000, peerName: "", unit: "ms",
                goal: "<= 50 ms"),
        ]
    }

    /// Resident memory of the screen program after a walk through list, map and cards.
    private func memory() throws -> Row {
        let session = try Session(tuban, [project, "--lang", "en"], environment: ["XDG_STATE_HOME": folder])
        try session.expect("1 dot =")
        try session.press(
            "G g <PgDn> s s s G <Tab> + + + + <Down> <Right> <Enter> <Tab> <Enter> q 0 <F4> <F2> c - - - -")
        let status = try String(contentsOfFile: "/proc/\(session.terminal.process)/status", encoding: .utf8)
        session.terminal.signal(SIGKILL)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? .nan
        return Row(
            what: "screen program, resident", size: parcels, ours: kibibytes / 1024, peerName: "", unit: "MiB",
            goal: "<= 64 MiB")
    }
}
