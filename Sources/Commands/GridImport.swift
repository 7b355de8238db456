import GeoBridge
import Geometry
import Phrases
import Store
import Stream

/// The import of one raster: where it lies, then its cells, tile after tile.
struct GridImport {
    let source: String
    /// As its cells come: brought into the project's system where that is another.
    let grid: SourceGrid
    let project: Project
    let child: FormatsChild
    private var new: NewGrid
    private var notes: [Phrase] = []
    private let warp: FormatsChild.Warp?

    init(
        _ options: Import, source: String, hash: Later<String>, grid: SourceGrid, project: Project, child: FormatsChild
    ) throws {
        guard options.axes == nil, options.join == nil, options.crosswalk == nil, options.classField == nil else {
            throw Refusal(
                .usage, "\(source) is a raster: it has no axes to exchange, no table to join and no classes.",
                "\(source) 是栅格，没有可调换的坐标轴、可连接的属性表或地类。")
        }
        self.source = source
        self.project = project
        self.child = child
        let county = try LayerImport.county(of: project)
        var notes: [Phrase] = []

        let proj = try PROJ()
        let extent = grid.place.box
        // What is asked of a layer's coordinates is asked of a raster's corners.
        let corners = SourceLayer(
            name: grid.name, crsWKT: grid.crsWKT, crsAuthority: grid.crsAuthority, extent: extent)
        let system = try LayerImport.system(corners, source, options, proj, { extent }, &notes)
        if let found = Disagreement.between(system, and: extent) {
            guard found.kind == .neighbourZone || options.crs != nil && found.mayBeMeant else {
                throw LayerImport.refusal(of: source, found)
            }
            notes.append(found.phrase)
        }
        let existing = try project.coordinateSystem()
        let target = try LayerImport.target(existing, system, options, proj, { extent }, &notes)
        warp = try Self.warp(from: system, to: target, options, source, proj, &notes)

        // A raster in another system has cells of its own there.
        let grid = try warp.map { try child.grid(of: source, layer: grid.name, warp: $0) } ?? grid
        self.grid = grid
        let name = options.table ?? grid.name
        if let far = LayerImport.distance(of: grid.place.box, from: county, in: target) { notes.append(far) }
        new = NewGrid(table: name, title: options.title ?? name, place: grid.place, source: source)
        // As the source writes it, unless a 32-bit float cannot.
        if let noData = grid.noData, Float(noData).isFinite { new.missing = Float(noData) }
        new.role = options.role ?? .reference
        new.year = options.year
        new.unit = grid.unit
        new.sourceHash = hash
        new.sourceCRS = system.title
        if existing == nil { new.adopted = target }
        notes.append(
            Phrase(
                "The map leaves grids out until they are asked for: layer display \(name).",
                "地图默认不显示栅格；用 layer display \(name) 显示。"))
        new.notes = notes.map(\.english).joined(separator: "\n")
        self.notes = notes
    }

    private static func warp(
        from system: CoordinateSystem, to target: CoordinateSystem?, _ options: Import, _ source: String, _ proj: PROJ,
        _ notes: inout [Phrase]
    ) throws -> FormatsChild.Warp? {
        guard let target, target != system else { return nil }
        guard options.datum == nil, options.operation == nil || system.datum == target.datum else {
            throw Refusal(
                .usage,
                "\(source) is a raster, and local datum parameters are for layers; bring it into the project's system with the program that made it.",
                "\(source) 是栅格，基准转换参数只用于矢量图层；请在原软件中转换到项目坐标系。")
        }
        // Refuses where no exact way is published.
        let way = try proj.transformation(from: system, to: target)
        if let note = way.note { notes.append(note) }
        notes.append(
            Phrase(
                "The cells are computed anew in \(target.title) from those in \(system.title).",
                "像元由 \(system.title) 重采样到 \(target.title)。"))
        return FormatsChild.Warp(from: options.crs, to: target.authority ?? target.wkt)
    }

    func perform(line: String, progress: Progress) throws -> LayerImport.Outcome {
        var notes = notes
        var count = 0
        let place = new.place
        let total = place.columns * place.rows
        _ = try project.addGrid(new, line: line) { writer in
            var tiles = 0
            try child.readGrid(source, layer: grid.name, warp: warp) { message in
                switch message {
                case .tile(let tile):
                    try writer.add(tile: tile.values, columns: tile.columns)
                    tiles += 1
                    try progress.tell(tiles, of: grid.tilesAcross * grid.tilesDown, new.table)
                case .note(let note): notes.append(note)
                default: try progress.checkCancelled()
                }
            }
            count = writer.count
        } detail: { writer in
            "\(source): \(place.columns) x \(place.rows) cells, \(writer.count) with a value"
        }
        let (width, height) = (
            Decimals.text(place.cellWidth, decimals: 3), Decimals.text(place.cellHeight, decimals: 3)
        )
        notes.insert(
            Phrase(
                "\(new.table) is a grid of \(place.columns) by \(place.rows) cells of \(width) by \(height).",
                "\(new.table) 为 \(place.columns)×\(place.rows) 栅格，像元 \(width)×\(height)。"), at: 0)
        if count == 0 {
            notes.append(Phrase("No cell of \(source) has a value.", "\(source) 的像元均无数值。"))
        }
        return LayerImport.Outcome(
            row: [
                .text(new.table), .text(new.role.name.description), .integer(Int64(total)), .integer(Int64(count)),
                .integer(0), .integer(0), .null,
            ], notes: notes)
    }
}
