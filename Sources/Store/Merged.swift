/// Sorted parts of a spool, and one in memory, read as one sequence in order.
struct Merged<Value: BitwiseCopyable & Sendable> {
    /// A part, some of which is in memory.
    private struct Part {
        var rest: Range<Int>
        var values: [Value]
        var index = 0
        var head: Value { values[index] }
    }

    /// How many values of a part are read at once.
    private static var piece: Int { 4096 }

    private let spool: Spool<Value>?
    private let precedes: (Value, Value) -> Bool
    private var parts: [Part] = []

    init(
        _ spool: Spool<Value>?, _ parts: [Range<Int>], _ last: [Value], by precedes: @escaping (Value, Value) -> Bool
    ) throws {
        self.spool = spool
        self.precedes = precedes
        self.parts = parts.map { Part(rest: $0, values: []) } + [Part(rest: 0..<0, values: last)]
        for index in self.parts.indices.reversed() where try !fill(index) { self.parts.remove(at: index) }
    }

    /// The next value; nil at the end.
    mutating func next() throws -> Value? {
        guard var least = parts.indices.first else { return nil }
        for index in parts.indices.dropFirst() where precedes(parts[index].head, parts[least].head) { least = index }
        let value = parts[least].head
        parts[least].index += 1
        if try !fill(least) { parts.remove(at: least) }
        return value
    }

    /// Reads more of a part where nothing of it is left in memory; false at its end.
    private mutating func fill(_ index: Int) throws -> Bool {
        let part = parts[index]
        if part.index < part.values.count { return true }
        guard let spool, !part.rest.isEmpty else { return false }
        let places = part.rest.prefix(Self.piece)
        parts[index] = Part(rest: part.rest.dropFirst(Self.piece), values: try spool.read(places))
        return true
    }
}
