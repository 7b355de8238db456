import Phrases
import Synchronization

/// How far a job is, told from the job to whoever watches, and the wish to stop told the other way.
package final class Progress: Sendable {
    package struct State: Sendable, Hashable {
        package var done: Int
        /// nil when nobody knows.
        package var total: Int?
        package var what: String

        package init(done: Int, total: Int?, what: String) {
            self.done = done
            self.total = total
            self.what = what
        }
    }

    private let isCancelled = Atomic(false)
    private let watcher: @Sendable (State) -> Void
    private let lastTold = Mutex(ContinuousClock.Instant?.none)

    /// - Parameter watcher: called at most ten times a second, on the job's thread.
    package init(watcher: @escaping @Sendable (State) -> Void = { _ in }) {
        self.watcher = watcher
    }

    package func cancel() { isCancelled.store(true, ordering: .relaxed) }

    /// - Throws: `CancellationError` once `cancel` has been called.
    package func checkCancelled() throws {
        if isCancelled.load(ordering: .relaxed) { throw CancellationError() }
    }

    /// Tells the state, and stops the job if that is wished.
    package func tell(_ done: Int, of total: Int?, _ what: @autoclosure () -> String) throws {
        try checkCancelled()
        let now = ContinuousClock.now
        let isDue = lastTold.withLock { last in
            if let last, now - last < .milliseconds(100) { return false }
            last = now
            return true
        }
        if isDue { watcher(State(done: done, total: total, what: what())) }
    }
}
