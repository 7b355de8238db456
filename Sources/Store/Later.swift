import Foundation
import Synchronization

/// Something that is computed on a thread of its own, and asked for when it is needed.
package final class Later<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, any Error>?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    /// - Parameter name: what debuggers and `top` call the thread.
    package init(_ name: String, _ body: @escaping @Sendable () throws -> Value) {
        let thread = Thread { [self] in
            let result = Result(catching: body)
            outcome.withLock { $0 = result }
            isDone.signal()
        }
        thread.name = name
        // As much as the main thread has.
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Waits for it. May be asked again.
    package func value() throws -> Value {
        isDone.wait()
        defer { isDone.signal() }
        guard let result = outcome.withLock({ $0 }) else { throw CancellationError() }
        return try result.get()
    }
}

/// A queue between two threads.
package final class Belt<Item: Sendable>: Sendable {
    private let items = Mutex<[Item]>([])
    private let waiting = DispatchSemaphore(value: 0)

    package init() {}

    package func put(_ item: Item) {
        items.withLock { $0.append(item) }
        waiting.signal()
    }

    /// Waits for the next item.
    package func take() -> Item {
        waiting.wait()
        return items.withLock { $0.removeFirst() }
    }
}
