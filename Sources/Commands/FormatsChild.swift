import Glibc
import Phrases
import Stream

/// Reads and writes files of other programs through `tuban-formats`, a process of its own: a hostile file can take that
/// down and nothing else.
///
/// Every call starts one process and has ended it when it returns or throws. Messages come on the calling thread; an error
/// thrown while receiving one (a cancel) kills the process and is thrown on. All other errors are a `Refusal`.
package struct FormatsChild: Sendable {
    /// What the process may use.
    package struct Limits: Hashable, Sendable {
        /// Address space. The libraries alone take some 250 MiB of it.
        package var memoryMiB = 2048
        package var cpuSeconds = 3600
        /// The process is taken for hung when it says nothing and computes nothing for so long.
        package var silenceSeconds = 120

        package init(memoryMiB: Int = 2048, cpuSeconds: Int = 3600, silenceSeconds: Int = 120) {
            self.memoryMiB = memoryMiB
            self.cpuSeconds = cpuSeconds
            self.silenceSeconds = silenceSeconds
        }
    }

    package struct ReadOptions: Hashable, Sendable {
        /// Wins over what the file says and what its bytes suggest; "GBK", "936", "UTF-8", any name that iconv knows.
        package var encoding: String?
        /// An SQL condition over the layer's own fields; only features for which it holds are read.
        package var condition: String?

        package init(encoding: String? = nil, condition: String? = nil) {
            self.encoding = encoding
            self.condition = condition
        }
    }

    let executable: String
    package var limits: Limits

    package init(executable: String, limits: Limits = Limits()) {
        self.executable = executable
        self.limits = limits
    }

    /// The `tuban-formats` that belongs to this program: `$TUBAN_FORMATS`, else beside the program, else in
    /// `../libexec/tuban` of its folder.
    ///
    /// - Throws: `Refusal` when there is none, because tuban was built without GDAL.
    package init(limits: Limits = Limits()) throws {
        guard let found = Self.candidates().first(where: { access($0, X_OK) == 0 }) else {
            throw Refusal(
                .inputOutput,
                "tuban was built without GDAL and cannot read or write map files: install libgdal-dev and run make again.",
                "tuban 编译时没有 GDAL，无法读写地图文件：请安装 libgdal-dev 后重新运行 make。")
        }
        self.init(executable: found, limits: limits)
    }

    private static func candidates() -> [String] {
        if let asked = getenv("TUBAN_FORMATS") { return [String(cString: asked)] }
        guard let own = realpath("/proc/self/exe", nil) else { return [] }
        defer { free(own) }
        let program = String(cString: own)
        let folder = program.lastIndex(of: "/").map { program[..<$0] } ?? "."
        return ["\(folder)/tuban-formats", "\(folder)/../libexec/tuban/tuban-formats"]
    }

    /// The layers of a file, folder or archive; rasters are left out.
    ///
    /// - Parameter notes: receives the remarks about the file.
    package func layers(
        of source: String, encoding: String? = nil, notes: (Phrase) -> Void = { _ in }
    ) throws -> [SourceLayer] {
        try contents(of: source, encoding: encoding, notes: notes).layers
    }

    /// The layers and rasters of a file, folder or archive.
    ///
    /// - Parameter notes: receives the remarks about the file.
    package func contents(
        of source: String, encoding: String? = nil, notes: (Phrase) -> Void = { _ in }
    ) throws -> Contents {
        var contents = Contents()
        let process = try FormatsProcess(executable, ["list", source] + words(encoding: encoding), limits)
        try receive(from: process, about: .reading(source)) { message in
            switch message {
            case .layer(let layer): contents.layers.append(layer)
            case .grid(let grid): contents.grids.append(grid)
            case .note(let note): notes(note)
            default: break
            }
        }
        return contents
    }

    /// Reads one layer: a `layer` message, then `features`, `refused`, `note` and `progress` in any order, then `end`.
    /// Every batch has as many fields as the layer. A `failure` is thrown, not received. While nothing comes, the last
    /// `progress` comes again four times a second, so that a cancel is never kept waiting.
    ///
    /// - Parameter layer: nil for the only one.
    package func read(
        _ source: String, layer: String? = nil, options: ReadOptions = ReadOptions(),
        receive: (Message) throws -> Void
    ) throws {
        var arguments = ["read", source] + words(encoding: options.encoding)
        if let layer { arguments += ["--layer", layer] }
        if let condition = options.condition { arguments += ["--where", condition] }
        let process = try FormatsProcess(executable, arguments, limits)
        var fields: Int?
        var progress = Message.progress(done: 0, total: nil)
        // The process calls it only within `receive(from:)` below.
        try withoutActuallyEscaping(receive) { receive in
            process.whileWaiting = { try receive(progress) }
            defer { process.whileWaiting = {} }
            try self.receive(from: process, about: .reading(source)) { message in
                switch message {
                case .layer(let layer): fields = layer.fields.count
                case .features(let batch):
                    guard batch.fieldCount == fields else { throw StreamFault.malformed }
                case .progress: progress = message
                default: break
                }
                try receive(message)
            }
        }
    }

    func words(encoding: String?) -> [String] {
        var words = ["--memory", String(limits.memoryMiB), "--cpu", String(limits.cpuSeconds)]
        if let encoding { words += ["--encoding", encoding] }
        return words
    }

    /// Hands on every message up to `end` and sees the process out.
    func receive(from process: FormatsProcess, about work: Work, _ body: (Message) throws -> Void) throws {
        do {
            var decoder = StreamDecoder { try process.read(into: $0) }
            var isWhole = false
            while let message = try decoder.next() {
                if case .failure(let refusal) = message { throw refusal }
                // The parent's own work may take its time; only the process's silence counts.
                try body(message)
                if case .end = message { isWhole = true }
            }
            guard isWhole else { throw StreamFault.truncated }
            let ending = process.wait()
            guard ending == .exited(0) else { throw ended(work, because: ending.reason(process, limits)) }
        } catch let fault as StreamFault {
            // The crash that cut the stream says more than the cut.
            let ending = process.end()
            throw ended(work, because: ending?.reason(process, limits) ?? fault.phrase)
        } catch is FormatsProcess.Silence {
            throw ended(work, because: silenceReason)
        }
    }
}
