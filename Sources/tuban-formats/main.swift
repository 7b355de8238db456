import CGDAL
import Glibc
import Phrases
import Stream

/// Lists the layers and rasters of a source.
func list(_ arguments: Arguments) throws(Refusal) {
    let source = try Source(arguments.path)
    var notes = Notes()
    for failure in source.failures { notes.say(failure.phrase) }
    for layer in source.layers {
        var (encoding, text) = try layer.text(asked: arguments.encoding, notes: &notes)
        Output.send(.layer(layer.description(encoding, text: &text)))
    }
    for raster in source.rasters { Output.send(.grid(raster.grid)) }
    notes.say(Complaints.take())
    notes.close()
    Output.send(.end(count: source.layers.count + source.rasters.count))
}

/// Reads one layer of a source.
func read(_ arguments: Arguments) throws(Refusal) {
    let source = try Source(arguments.path)
    let layer = try source.layer(named: arguments.layer)
    var notes = Notes()
    layer.selectForReading()
    var (encoding, text) = try layer.text(asked: arguments.encoding, notes: &notes)
    let description = layer.description(encoding, text: &text)
    Output.send(.layer(description))
    if let filter = arguments.filter { try layer.setFilter(filter, encoding: encoding.name, of: source.name) }
    notes.say(Complaints.take())
    var reading = FeatureReading(layer, of: source.name, text: text, notes: notes)
    try reading.run(total: arguments.filter == nil ? description.featureCount : layer.quickCount)
}

func run(_ words: some Sequence<String>) -> Int32 {
    do throws(Refusal) {
        let arguments = try Arguments(words)
        arguments.limits.apply()
        Output.open()
        Dataset.prepareGDAL()
        do throws(Refusal) {
            switch arguments.verb {
            case .list: try list(arguments)
            case .read: try read(arguments)
            case .sheet: try readSheet(arguments)
            case .grid: try readGrid(arguments)
            case .write:
                let isRaster = RasterTarget.drivers.contains(arguments.driver ?? "")
                if isRaster { try writeGrid(arguments) } else { try write(arguments) }
            }
        } catch {
            Output.send(.failure(arguments.limits.explaining(error)))
            return error.kind.rawValue
        }
        return 0
    } catch {
        let words = error.phrase.english + "\n\n" + error.phrase.chinese + "\n"
        _ = words.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) }
        return error.kind.rawValue
    }
}

// GDAL's own end-of-process work is skipped: all datasets are closed, and a damaged file may have damaged its memory.
_exit(run(CommandLine.arguments.dropFirst()))
