import Phrases
import Stream

/// Takes the messages of a file being written: a layer, then its features.
package final class StreamSink {
    /// The process stopped reading; its own message says why.
    struct Closed: Error {}

    private let process: FormatsProcess

    init(_ process: FormatsProcess) { self.process = process }

    package func send(_ message: Message) throws { try send(message.encoded()) }

    /// A whole message, such as a `FeatureBatchBuilder` makes it.
    package func send(_ message: [UInt8]) throws {
        guard try process.write(message) else { throw Closed() }
    }
}

extension FormatsChild {
    package enum Driver: String, Sendable {
        case shapefile = "ESRI Shapefile"
        case geoPackage = "GPKG"
        case geoJSON = "GeoJSON"
        case csv = "CSV"
        case geoTIFF = "GTiff"
        case asciiGrid = "AAIGrid"
    }

    /// What became of a file.
    package struct Written: Sendable {
        package var count = 0
        /// Features that the format could not take.
        package var refused: [(fid: Int64, reason: Phrase)] = []
        package var notes: [Phrase] = []
    }

    /// Writes a new file; when it fails, or `produce` throws, no file is left.
    ///
    /// - Parameter encoding: of text in a Shapefile or CSV; UTF-8 when nil.
    /// - Parameter withCPG: false leaves out the file that tells a Shapefile's encoding, as most offices do.
    /// - Parameter date: the time (ISO 8601, UTC) that the file gives for its making; the real one when nil.
    /// - Parameter produce: sends a layer, then features whose batches have as many fields; a GeoPackage takes several
    ///   layers one after the other. For a GeoTIFF or an ASCII grid it sends a grid and its tiles.
    @discardableResult
    package func write(
        to target: String, driver: Driver, encoding: String? = nil, withCPG: Bool = true, date: String? = nil,
        produce: (StreamSink) throws -> Void
    ) throws -> Written {
        var arguments = ["write", target, "--driver", driver.rawValue] + words(encoding: encoding)
        if !withCPG { arguments.append("--no-cpg") }
        if let date { arguments += ["--date", date] }
        let process = try FormatsProcess(executable, arguments, limits)
        let sink = StreamSink(process)
        do {
            try sink.send(Message.streamHead)
            try produce(sink)
            try sink.send(.end(count: 0))
        } catch is StreamSink.Closed {
            // Its messages, read below, say why.
        } catch is FormatsProcess.Silence {
            throw ended(.writing(target), because: silenceReason)
        } catch {
            // The process sees its input end too early and removes what it wrote; wait until it has. What it says about
            // that is no news: the caller hears its own error.
            process.closeInput()
            try? receive(from: process, about: .writing(target)) { _ in }
            throw error
        }
        process.closeInput()
        var written = Written()
        try receive(from: process, about: .writing(target)) { message in
            switch message {
            case .end(let count): written.count = count
            case .refused(let fid, let reason): written.refused.append((fid, reason))
            case .note(let note): written.notes.append(note)
            default: break
            }
        }
        return written
    }
}
