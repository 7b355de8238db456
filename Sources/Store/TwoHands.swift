import Synchronization

/// Works of one kind that two threads take one after another, so that neither waits while the other has much to do.
enum TwoHands {
    /// - Parameters:
    ///   - works: how many there are.
    ///   - hand: makes what one thread works with.
    ///   - goOn: asked before each work and by it; what it throws ends the work on both threads.
    ///   - work: does one of them.
    /// - Returns: what came of each, in their order.
    static func each<Hand, Value: Sendable>(
        _ name: String, of works: Int, goOn: () throws -> Void, hand: @escaping @Sendable () throws -> Hand,
        work: @escaping @Sendable (_ number: Int, _ hand: Hand, _ goOn: () throws -> Void) throws -> Value
    ) throws -> [Value] {
        guard works > 1 else {
            let own = try hand()
            return try (0..<works).map { try work($0, own, goOn) }
        }
        let board = Board<Value>(works)
        let other = Later(name) { isWanted in
            let own = try hand()
            while isWanted(), let number = board.next() {
                board.put(try work(number, own) { if !isWanted() { throw CancellationError() } }, number)
            }
        }
        do {
            let own = try hand()
            while let number = board.next() {
                try goOn()
                board.put(try work(number, own, goOn), number)
            }
            while !other.isDone(within: .milliseconds(50)) { try goOn() }
        } catch {
            other.cancel()
            throw error
        }
        try other.value()
        return board.values
    }

    private final class Board<Value: Sendable>: Sendable {
        private let count: Int
        private let begun = Atomic(0)
        private let done: Mutex<[Value?]>

        init(_ count: Int) {
            self.count = count
            done = Mutex(Array(repeating: nil, count: count))
        }

        /// The first work that nobody has begun.
        func next() -> Int? {
            let number = begun.add(1, ordering: .relaxed).oldValue
            return number < count ? number : nil
        }

        func put(_ value: Value, _ number: Int) { done.withLock { $0[number] = value } }

        var values: [Value] { done.withLock { $0.compactMap { $0 } } }
    }
}
