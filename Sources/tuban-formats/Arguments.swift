import Phrases

/// The command line: `list SOURCE`, `read SOURCE --layer NAME`, `sheet SOURCE --layer NAME`, `grid SOURCE --layer NAME`, `write
/// TARGET --driver NAME`. Its only caller is tuban.
struct Arguments {
    enum Verb: String { case list, read, sheet, grid, write }

    var verb: Verb
    /// The source or target.
    var path: String
    var layer: String?
    var encoding: String?
    var filter: String?
    var driver: String?
    /// The coordinate system that a raster is taken to have, and the one that it is brought into.
    var crs: String?
    var warp: String?
    var withCPG = true
    /// What a file shall give as the time of its making.
    var date: String?
    var limits = Limits()

    init(_ words: some Sequence<String>) throws(Refusal) {
        var words = words.makeIterator()
        guard let verb = words.next().flatMap(Verb.init), let path = words.next() else { throw Self.usage }
        self.verb = verb
        self.path = path
        while let option = words.next() {
            if option == "--no-cpg" {
                withCPG = false
                continue
            }
            guard let value = words.next() else { throw Self.usage }
            switch option {
            case "--layer": layer = value
            case "--encoding": encoding = value
            case "--where": filter = value
            case "--driver": driver = value
            case "--date": date = value
            case "--crs": crs = value
            case "--warp": warp = value
            case "--memory":
                guard let number = Int(value), number > 0 else { throw Self.usage }
                limits.memoryMiB = number
            case "--cpu":
                guard let number = Int(value), number > 0 else { throw Self.usage }
                limits.cpuSeconds = number
            default: throw Self.usage
            }
        }
        if verb == .write, driver == nil { throw Self.usage }
    }

    static let usage: Refusal = {
        let synopsis = """
            tuban-formats list SOURCE [--encoding NAME]
            tuban-formats read SOURCE [--layer NAME] [--encoding NAME] [--where SQL]
            tuban-formats sheet SOURCE [--layer NAME]
            tuban-formats grid SOURCE [--layer NAME] [--warp CRS [--crs CRS]]
            tuban-formats write TARGET --driver NAME [--layer NAME] [--encoding NAME] [--no-cpg]
                [--date ISO8601]
            each with [--memory MiB] [--cpu SECONDS]
            """
        return Refusal(
            .usage, "This program reads and writes map files for tuban, which starts it.\n" + synopsis,
            "本程序由 tuban 启动，为它读写地图文件。\n" + synopsis)
    }()
}
