import Foundation

// Figures against peers, each pair in one run. Prints a table, and keeps a copy for machines; nothing here is a test.
//
//     bench [drafting] [publishing] [indicators] [analyse] [county] [PARCELS…]
//     bench verify [ENTRIES]
//
// All parts where none is named, at 10000, 100000 and 1000000 parcels; the proof of a journal of 100000 entries, which
// takes a quarter of an hour to write, only where no part is named.

let words = CommandLine.arguments.dropFirst()
let sizes = words.compactMap { Int($0) }
let output = Output()
do {
    output.start()
    var all: [Row] = []
    let isProof = words.contains("verify")
    let parts = Bench.Part.allCases.filter { words.contains($0.rawValue) }
    let isWhole = words.count == sizes.count
    if isProof || isWhole {
        for row in try ProofBench(rows: isProof ? sizes.first ?? 100_000 : 100_000).run() { output.add(row) }
    }
    if isProof {
        output.finish()
        exit(0)
    }
    if isWhole { for row in try areaRows() { output.add(row) } }
    for size in sizes.isEmpty ? [10_000, 100_000, 1_000_000] : sizes {
        try Bench(parcels: size).run(isWhole ? Bench.Part.allCases : parts) { row in
            output.add(row)
            all.append(row)
        }
    }
    for row in growth(of: all) { output.add(row) }
    output.finish()
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(1)
}

/// The table on the terminal, and the same in `.bench/results.csv`.
final class Output {
    private var lines = [Row.csvHeader]
    private var missed = 0

    func start() { write(Row.header) }

    func add(_ row: Row) {
        write(row.text)
        lines.append(row.csv)
        if row.isMet == false { missed += 1 }
        try? (lines.joined(separator: "\n") + "\n").write(
            toFile: ".bench/results.csv", atomically: true, encoding: .utf8)
    }

    func finish() { write(missed == 0 ? "Every goal is met." : "\(missed) goals are missed.") }

    private func write(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}

/// How what shall be steady grows from a size to the one ten times as large.
func growth(of rows: [Row]) -> [Row] {
    rows.compactMap { row in
        guard row.size >= 1_000_000, Bench.steady.contains(row.what), let ours = row.ours,
            let small = rows.first(where: { $0.what == row.what && $0.size * 10 == row.size })?.ours
        else { return nil }
        return Row(
            what: "growth of \(row.what)", size: row.size, ours: ours / small, unit: "x",
            // What streams takes the same memory for any county.
            goal: .most(row.what == Bench.inventing ? 1.1 : 1.5))
    }
}
