import Canvas
import Commands
import Foundation
import Geometry
import Rig
import Store

extension Bench {
    /// From the start of the process to the last row of the first frame.
    func starting() throws -> Row {
        // A program that is killed keeps no place, so that every run is a first visit.
        let fresh = "\(folder)/fresh.gpkg"
        remove(fresh)
        try FileManager.default.copyItem(atPath: project, toPath: fresh)
        // The copy shall lie on the disk before the clock starts, as a project does that nobody has just written.
        sync()
        defer { remove(fresh) }
        let (ours, peer) = try Clock.best(of: 9) {
            try firstScreen(of: fresh)
        } _: {
            try Tool.seconds("ogrinfo", ["-so", project])
        }
        return Row(
            what: Self.starting, size: parcels, ours: ours * 1000, peer: peer.map { $0 * 1000 },
            peerName: "ogrinfo -so", unit: "ms", goal: .ratio(0.6))
    }

    /// Seconds until the last row of the first frame has arrived: the sentence that a first visit greets with.
    private func firstScreen(of path: String) throws -> Double {
        let environment = ["TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": folder]
        var received: [UInt8] = []
        let last = Array("Q leaves".utf8)
        let end = ContinuousClock.now + patience
        return try Clock.seconds {
            let terminal = try Pseudoterminal(
                tuban, [path, "--lang", "en"], environment: environment, columns: 80, rows: 24)
            while received.firstRange(of: last) == nil {
                received += terminal.receive(milliseconds: 1)
                guard ContinuousClock.now < end else {
                    throw Tool.Failed(description: "the first screen never ended with its greeting")
                }
            }
            terminal.signal(SIGKILL)
        }
    }

    // MARK: Frames

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

    func frames() throws -> [Row] {
        let open = try Project.open(at: project)
        defer { try? open.close() }
        let scene = try scene(open)
        return [try wholeCounty(scene), try slowestFrame(scene)]
    }

    private func wholeCounty(_ scene: MapScene) throws -> Row {
        let viewport = Viewport(fitting: scene.box, size: Size(columns: 80, rows: 24))
        let box = viewport.box
        let image = "\(folder)/image.tif"
        defer { remove(image) }
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
            what: Self.wholeCounty, size: parcels, ours: ours * 1000, peer: peer.map { $0 * 1000 },
            peerName: "gdal_rasterize", unit: "ms", goal: isMillion ? .ratio(0.01) : .none)
    }

    /// Every scale of the program's own and those between, so that the one just below the finest overview is among them,
    /// in the middle of the county and towards its corners.
    private func slowestFrame(_ scene: MapScene) throws -> Row {
        let scales = Viewport.scales.filter { $0 >= 0.1 && $0 <= 1000 }
        let between = zip(scales, scales.dropFirst()).map { ($0 * $1).squareRoot() }
        let (box, center) = (scene.box, scene.box.center)
        let places = [
            center, Point(x: (box.minX + center.x) / 2, y: (box.minY + center.y) / 2),
            Point(x: (box.maxX + center.x) / 2, y: (box.maxY + center.y) / 2),
        ]
        var slowest = 0.0
        for scale in scales + between {
            for size in [Size(columns: 80, rows: 24), Size(columns: 200, rows: 60)] {
                for place in places {
                    let viewport = Viewport(center: place, metresPerColumn: scale, size: size)
                    slowest = max(slowest, try Clock.atBest { try draw(scene, viewport) })
                }
            }
        }
        return Row(
            what: Self.slowestFrame, size: parcels, ours: slowest * 1000, unit: "ms", goal: .most(50))
    }

    // MARK: Lists

    /// The slowest of all that a list asks for: in every order a page at the start, at the end, at row numbers in between,
    /// on from there and back, the row number of a parcel, and the number of all.
    func listing() throws -> Row {
        let open = try Project.open(at: project)
        defer { try? open.close() }
        try open.stand(Here(layer: try open.layer(named: layer).id, year: 2025))
        var (slowest, name) = (0.0, "")
        func time(_ what: String, _ body: () throws -> Void) throws {
            let seconds = try Clock.atBest(body)
            if seconds > slowest { (slowest, name) = (seconds, what) }
        }
        let count = try open.count(ParcelQuery())
        for sort in ParcelQuery.Sort.allCases {
            for isDescending in [false, true] {
                let query = ParcelQuery(sort: sort, descending: isDescending)
                let order = " by \(sort.rawValue)\(isDescending ? ", descending" : "")"
                try time("count\(order)") { _ = try open.count(query) }
                try time("first page\(order)") { _ = try open.parcels(query, limit: 44) }
                try time("last page\(order)") { _ = try open.parcels(query, backward: true, limit: 44) }
                for part in 0..<10 {
                    var page: [Parcel] = []
                    try time("jump\(order)") {
                        page = try open.parcels(query, offset: count * part / 10 + 1, limit: 44)
                    }
                    guard let last = page.last else { continue }
                    let key = query.key(of: last)
                    try time("next page\(order)") { _ = try open.parcels(query, after: key, limit: 44) }
                    try time("page before\(order)") {
                        _ = try open.parcels(query, after: key, backward: true, limit: 44)
                    }
                    try time("row number\(order)") { _ = try open.rank(of: last, in: query) }
                }
            }
        }
        return Row(what: Self.slowestPage, size: parcels, ours: slowest * 1000, unit: "ms", goal: .most(50), note: name)
    }

    // MARK: Memory

    /// Resident memory of the screen program after a walk through list, map and cards.
    func memory() throws -> Row {
        let session = try Session(tuban, [project, "--lang", "en"], environment: ["XDG_STATE_HOME": folder])
        try session.expect("1 dot =")
        try session.press(
            "G g <PgDn> s s s G <Tab> + + + + <Down> <Right> <Enter> <Tab> <Enter> q 0 <F4> <F2> c - - - -")
        let status = try String(contentsOfFile: "/proc/\(session.terminal.process)/status", encoding: .utf8)
        session.terminal.signal(SIGKILL)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
        return Row(
            what: "screen program, resident", size: parcels, ours: kibibytes.map { $0 / 1024 }, unit: "MiB",
            goal: .most(64))
    }
}
