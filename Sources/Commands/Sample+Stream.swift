import County
import Dispatch
import Phrases
import Store
import Synchronization

/// Features of the county on their way from the threads that invent them to the one that writes them.
///
/// Two layers are invented beside each other and read one after the other. No more than `capacity` batches of a layer
/// wait, so memory does not grow with the county.
final class CountyStream: Sendable {
    /// The batches of one layer that wait; an empty one is its end.
    private final class Lane: Sendable {
        private let waiting = Mutex<[CountyBatch]>([])
        private let filled = DispatchSemaphore(value: 0)
        /// Begins at 0 and is raised to `capacity`: a semaphore that ends below its beginning would stop the program.
        let free = DispatchSemaphore(value: 0)

        init() { for _ in 0..<CountyStream.capacity { free.signal() } }

        func put(_ batch: CountyBatch) {
            waiting.withLock { $0.append(batch) }
            filled.signal()
        }

        func take() -> CountyBatch {
            filled.wait()
            defer { free.signal() }
            return waiting.withLock { $0.removeFirst() }
        }
    }

    private static let capacity = 8

    private let lanes: [Lane]
    private let next = Atomic(0)
    private let current = Atomic(0)
    private let isCancelled = Atomic(false)
    private let threads = Mutex<[Later<Void>]>([])

    /// Begins to invent the layers.
    init(of layers: [CountyLayer], _ county: County) {
        lanes = layers.map { _ in Lane() }
        threads.withLock { threads in
            for _ in 0..<2 {
                threads.append(
                    Later("county") { [self] _ in
                        while true {
                            let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
                            guard turn < layers.count else { return }
                            try invent(layers[turn], county, lanes[turn])
                        }
                    })
            }
        }
    }

    private func invent(_ layer: CountyLayer, _ county: County, _ lane: Lane) throws {
        func send(_ batch: CountyBatch) throws {
            lane.free.wait()
            if isCancelled.load(ordering: .relaxed) { throw CancellationError() }
            lane.put(batch)
        }
        var batch = CountyBatch(fields: layer.fields.count)
        try layer.forEachFeature { feature in
            batch.add(feature, of: county)
            if batch.isFull {
                try send(batch)
                batch = CountyBatch(after: batch)
            }
        }
        if !batch.isEmpty { try send(batch) }
        try send(CountyBatch(fields: 0))
    }

    /// The next batch of the layer whose turn it is; nil at its end.
    func take() -> CountyBatch? {
        let lane = lanes[current.load(ordering: .relaxed)]
        let batch = lane.take()
        guard batch.isEmpty else { return batch }
        current.wrappingAdd(1, ordering: .relaxed)
        return nil
    }

    /// Stops inventing, and waits until that has ended.
    func cancel() {
        isCancelled.store(true, ordering: .relaxed)
        for lane in lanes { lane.free.signal() }
        for thread in threads.withLock(\.self) { thread.cancel() }
    }
}
