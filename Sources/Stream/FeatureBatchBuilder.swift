/// Packs features into `features` messages.
///
/// For each feature: `begin`, one of the geometry calls, then `append…` once a field. When `isFull`, the caller sends
/// `takeMessage()`.
package struct FeatureBatchBuilder {
    /// A batch is sent when it has reached this many bytes; one feature may be longer.
    package static let size = 256 << 10

    package let fieldCount: Int
    package private(set) var count = 0
    private var bytes: [UInt8] = []
    private var valuesLeft = 0
    /// Where the feature being packed starts.
    private var start = 0

    package init(fieldCount: Int) {
        self.fieldCount = fieldCount
        openMessage()
    }

    package var isEmpty: Bool { count == 0 }
    package var isFull: Bool { bytes.count >= Self.size }

    package mutating func begin(fid: Int64) {
        precondition(valuesLeft == 0, "the feature before lacks values")
        start = bytes.count
        bytes.put(fid)
        valuesLeft = fieldCount
        count += 1
    }

    /// Forgets the feature that was begun last.
    package mutating func drop() {
        bytes.removeSubrange(start...)
        valuesLeft = 0
        count -= 1
    }

    package mutating func geometry(_ wkb: UnsafeRawBufferPointer) {
        bytes.append(FeatureGeometry.wkbTag)
        bytes.putRun(wkb)
    }

    /// A geometry of `count` bytes that `fill` writes in place.
    package mutating func geometry(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        bytes.append(FeatureGeometry.wkbTag)
        bytes.put(UInt32(count))
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count))
        bytes.withUnsafeMutableBytes { fill(UnsafeMutableRawBufferPointer(rebasing: $0[start...])) }
    }

    package mutating func emptyGeometry() { bytes.append(FeatureGeometry.emptyTag) }

    package mutating func noGeometry() { bytes.append(FeatureGeometry.noneTag) }

    package mutating func appendNull() { open(FieldValue.nullTag) }

    package mutating func append(_ value: Int64) {
        open(FieldValue.integerTag)
        bytes.put(value)
    }

    package mutating func append(_ value: Double) {
        open(FieldValue.realTag)
        bytes.put(value)
    }

    package mutating func append(_ value: String) {
        open(FieldValue.textTag)
        bytes.put(value)
    }

    /// - Parameter text: valid UTF-8.
    package mutating func append(text: UnsafeRawBufferPointer) {
        open(FieldValue.textTag)
        bytes.putRun(text)
    }

    package mutating func append(blob: UnsafeRawBufferPointer) {
        open(FieldValue.blobTag)
        bytes.putRun(blob)
    }

    private mutating func open(_ tag: UInt8) {
        precondition(valuesLeft > 0, "more values than fields")
        valuesLeft -= 1
        bytes.append(tag)
    }

    /// The message with all features packed so far; the builder starts anew.
    package mutating func takeMessage() -> [UInt8] {
        precondition(valuesLeft == 0, "the last feature lacks values")
        bytes.patch(UInt32(bytes.count - Message.headLength), at: 1)
        bytes.patch(UInt32(count), at: Message.headLength)
        let message = bytes
        openMessage()
        return message
    }

    /// The batch with all features packed so far, for a reader in the same process; the builder starts anew.
    package mutating func takeBatch() throws(StreamFault) -> FeatureBatch {
        try FeatureBatch(payload: Array(takeMessage().dropFirst(Message.headLength)))
    }

    private mutating func openMessage() {
        bytes = []
        bytes.reserveCapacity(Self.size + Self.size / 4)
        bytes.append(contentsOf: Message.head(.features, length: 0))
        bytes.put(UInt32(0))
        bytes.put(UInt16(fieldCount))
        count = 0
    }
}
