import Foundation

/// A program of GDAL's that answers what ours shall agree with.
package enum Reference {
    /// What a program printed on both its outputs.
    package struct Answer: Sendable {
        package var status: Int32
        package var text: String
    }

    /// Runs one of GDAL's programs; nil, with a line, where it is not installed.
    package static func gdal(_ program: String, _ words: [String]) throws -> Answer? {
        let path = "/usr/bin/\(program)"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            print("skipped: there is no \(program)")
            return nil
        }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = words
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Answer(status: process.terminationStatus, text: text)
    }

    /// Writes 32-bit floats, row by row from the north, as the raw file and its header that GDAL's ENVI driver reads.
    package static func writeRaw(
        _ values: [Float], columns: Int, rows: Int, corner: (x: Double, y: Double),
        cell: (width: Double, height: Double),
        missing: Float, to path: String
    ) throws {
        try values.withUnsafeBytes { Data($0) }.write(to: URL(filePath: path))
        try """
        ENVI
        samples = \(columns)
        lines = \(rows)
        bands = 1
        data type = 4
        interleave = bsq
        byte order = 0
        map info = {Arbitrary, 1, 1, \(corner.x), \(corner.y), \(cell.width), \(cell.height)}
        data ignore value = \(missing)
        """.write(toFile: path + ".hdr", atomically: true, encoding: .utf8)
    }

    /// The floats of a raw file.
    package static func raw(_ path: String) throws -> [Float] {
        let data = try Data(contentsOf: URL(filePath: path))
        return data.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
    }
}
