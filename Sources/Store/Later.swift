import Foundation
import Synchronization

/// Something that is computed on a thread of its own, and asked for when it is needed.
package final class Later<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, any Error>?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    private let isCancelled = Atomic(false)

    /// - Parameters:
    ///   - name: what debuggers and `top` call the thread.
    ///   - body: may ask at any time whether its value is still wanted.
    package init(_ name: String, _ body: @escaping @Sendable (_ isWanted: () -> Bool) throws -> Value) {
        let thread = Thread { [self] in
            let result = Result { try body { !isCancelled.load(ordering: .relaxed) } }
            outcome.withLock { $0 = result }
            isDone.signal()
        }
        thread.name = name
        // As much as the main thread has.
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// The value is not wanted any more. Waits until the thread has left whatever library it was in: a program that ends
    /// under it would crash.
    package func cancel() {
        isCancelled.store(true, ordering: .relaxed)
        _ = try? value()
    }

    /// Waits so long at most: whoever waits may look in between whether to go on.
    package func isDone(within time: DispatchTimeInterval) -> Bool {
        guard isDone.wait(timeout: .now() + time) == .success else { return false }
        isDone.signal()
        return true
    }

    /// Waits for it and does not keep it: for what is large. Whoever asks again is refused.
    package func handedOver() throws -> Value {
        isDone.wait()
        defer { isDone.signal() }
        let result = outcome.withLock { outcome in
            defer { outcome = nil }
            return outcome
        }
        guard let result else { throw CancellationError() }
        return try result.get()
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
