import Foundation

// Figures against peers, each pair in one run. Prints a table; nothing here is a test.
let sizes = CommandLine.arguments.dropFirst().compactMap { Int($0) }
FileHandle.standardOutput.write(Data((Row.header + "\n").utf8))
for size in sizes.isEmpty ? [200_000] : sizes {
    let bench = try Bench(parcels: size)
    for row in try bench.rows() { FileHandle.standardOutput.write(Data((row.text + "\n").utf8)) }
}
for row in try areaRows() { FileHandle.standardOutput.write(Data((row.text + "\n").utf8)) }
