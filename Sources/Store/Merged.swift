/// Sorted parts of a spool, and one in memory, read as one sequence in order.
struct Merged<Value: BitwiseCopyable & Sendable> {
    /// A part, some of which is in memory.
    private struct Part {
        var rest: Range<Int>
        var values: [Value]
        var index = 0
        var head: Value { values[index] }
    }

    /// How many values are read at once, of all parts together and of each.
    private static var pieces: Int { 1 << 16 }
    private let piece: Int

    private let spool: Spool<Value>?
    private let precedes: (Value, Value) -> Bool
    /// A heap by their heads: the part at place n is followed by those at 2n + 1 and 2n + 2.
    private var parts: [Part] = []

    init(
        _ spool: Spool<Value>?, _ parts: [Range<Int>], _ last: [Value], by precedes: @escaping (Value, Value) -> Bool
    ) throws {
        self.spool = spool
        self.precedes = precedes
        piece = min(max(Self.pieces / max(1, parts.count), 64), 4096)
        self.parts = parts.map { Part(rest: $0, values: []) } + [Part(rest: 0..<0, values: last)]
        for index in self.parts.indices.reversed() where try !fill(index) { self.parts.remove(at: index) }
        for index in self.parts.indices.reversed() { sink(index) }
    }

    /// The next value; nil at the end.
    mutating func next() throws -> Value? {
        guard let value = parts.first?.head else { return nil }
        parts[0].index += 1
        if try !fill(0) {
            parts.swapAt(0, parts.count - 1)
            parts.removeLast()
        }
        sink(0)
        return value
    }

    /// Brings a part behind those whose heads precede its own.
    private mutating func sink(_ place: Int) {
        var place = place
        while 2 * place + 1 < parts.count {
            var next = 2 * place + 1
            if next + 1 < parts.count, precedes(parts[next + 1].head, parts[next].head) { next += 1 }
            guard precedes(parts[next].head, parts[place].head) else { return }
            parts.swapAt(next, place)
            place = next
        }
    }

    /// Reads more of a part where nothing of it is left in memory; false at its end.
    private mutating func fill(_ index: Int) throws -> Bool {
        let part = parts[index]
        if part.index < part.values.count { return true }
        guard let spool, !part.rest.isEmpty else { return false }
        let places = part.rest.prefix(piece)
        parts[index] = Part(rest: part.rest.dropFirst(piece), values: try spool.read(places))
        return true
    }
}
