import Geometry

extension GeoPackageBlob {
    /// Appends a blob whose geometry is the multi-part form of `wkb`: a layer holds one type of geometry, as the standard
    /// asks, and a source mixes parts of one and of several.
    static func append(to blob: inout [UInt8], srs: Int32, box: Box, promoting wkb: UnsafeRawBufferPointer) {
        blob.append(contentsOf: header(srs: srs, box: box))
        // ISO WKB: byte order, then the type; 1, 2, 3 (point, line, polygon) plus 1000 for each of Z and M.
        guard wkb.count >= 5 else { return }
        let isLittle = wkb[0] == 1
        let raw = wkb.loadUnaligned(fromByteOffset: 1, as: UInt32.self)
        let type = isLittle ? UInt32(littleEndian: raw) : UInt32(bigEndian: raw)
        if (1...3).contains(type % 1000) {
            blob.append(wkb[0])
            for number in [type + 3, 1] {
                withUnsafeBytes(of: isLittle ? number.littleEndian : number.bigEndian) { blob.append(contentsOf: $0) }
            }
        }
        blob.append(contentsOf: wkb)
    }

    /// What a stored geometry covers; nil for an empty or unreadable one.
    static func box(of blob: UnsafeRawBufferPointer) -> Box? {
        guard let head = try? read(blob), !head.isEmpty else { return nil }
        if let box = head.box { return box }
        var shape = Shape(kind: .polygon)
        return read(blob, into: &shape) ? shape.box : nil
    }

    /// Reads a stored geometry into a shape.
    ///
    /// - Returns: whether there is one; what cannot be read is nothing to draw, and `doctor` tells of it.
    static func read(_ blob: UnsafeRawBufferPointer, into shape: inout Shape) -> Bool {
        guard let head = try? read(blob), !head.isEmpty else { return false }
        do {
            try shape.read(wkb: UnsafeRawBufferPointer(rebasing: blob[head.wkb]))
            return !shape.isEmpty
        } catch {
            return false
        }
    }
}
