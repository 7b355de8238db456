import County
import Dispatch
import Geometry
import Phrases
import Synchronization

/// Features of the county on their way from the thread that invents them to the one that writes them.
///
/// Inventing and writing take about the same time; beside each other they take half of it. No more than `capacity`
/// batches wait, so memory does not grow with the county.
final class CountyStream: Sendable {
    /// A feature, its shape as bytes, and its area in hundredths of a square metre.
    struct Prepared: Sendable {
        let feature: CountyFeature
        let wkb: [UInt8]
        let size: Int64
    }

    private enum Item: Sendable {
        case features([Prepared])
        /// The layer has no more.
        case end
    }

    private static let capacity = 8
    private static let batch = 256

    private let waiting = Mutex<[Item]>([])
    private let filled = DispatchSemaphore(value: 0)
    /// Begins at 0 and is raised to `capacity`: a semaphore that ends below its beginning would stop the program.
    private let free = DispatchSemaphore(value: 0)
    private let isCancelled = Atomic(false)
    private let done = DispatchSemaphore(value: 0)

    /// Begins to invent the layers in turn.
    init(of layers: [CountyLayer], _ county: County) {
        for _ in 0..<Self.capacity { free.signal() }
        DispatchQueue.global().async { [self] in
            defer { done.signal() }
            do {
                for layer in layers {
                    var batch: [Prepared] = []
                    try layer.forEachFeature { feature in
                        let isPolygon = feature.shape.kind == .polygon && !feature.shape.isEmpty
                        batch.append(
                            Prepared(
                                feature: feature, wkb: feature.shape.isEmpty ? [] : feature.shape.wkb(multi: true),
                                size: isPolygon ? feature.size ?? county.size(of: feature.shape) : 0))
                        if batch.count == Self.batch {
                            try send(.features(batch))
                            batch = []
                        }
                    }
                    try send(.features(batch))
                    try send(.end)
                }
            } catch {
                // Cancelled: the reader has gone.
            }
        }
    }

    private func send(_ item: Item) throws(CancellationError) {
        free.wait()
        if isCancelled.load(ordering: .relaxed) { throw CancellationError() }
        waiting.withLock { $0.append(item) }
        filled.signal()
    }

    /// The next batch of the layer whose turn it is; nil at its end.
    func next() -> [Prepared]? {
        filled.wait()
        let item = waiting.withLock { $0.removeFirst() }
        free.signal()
        if case .features(let features) = item { return features }
        return nil
    }

    /// Stops inventing, and waits until that has ended.
    func cancel() {
        isCancelled.store(true, ordering: .relaxed)
        free.signal()
        done.wait()
    }
}
