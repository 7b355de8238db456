import Dispatch
import GeoBridge
import Synchronization

/// Two threads that measure: one of its own, and the one that hands out the work, which does some of it itself rather
/// than wait. In the meantime that one reads the database.
final class OverlayCrew {
    /// Work that was handed out, and what came of it.
    final class Ticket<Value: Sendable>: Sendable {
        private let outcome = Mutex<Result<Value, any Error>?>(nil)

        fileprivate func settle(_ result: Result<Value, any Error>) { outcome.withLock { $0 = result } }

        /// What came of it; nil as long as it is not done.
        func valueIfDone() throws -> Value? { try outcome.withLock { try $0?.get() } }
    }

    private typealias Work = @Sendable (OverlayHand) -> Void

    /// What the two threads share.
    private final class Bench: Sendable {
        private struct State {
            var works: [Work] = []
            var next = 0
            var isClosed = false
        }
        private let state = Mutex(State())
        private let added = DispatchSemaphore(value: 0)
        let finished = DispatchSemaphore(value: 0)

        func add(_ work: @escaping Work) {
            state.withLock { $0.works.append(work) }
            added.signal()
        }

        /// The oldest work that nobody has begun.
        func take() -> Work? {
            state.withLock { state in
                guard state.next < state.works.count else { return nil }
                let work = state.works[state.next]
                state.next += 1
                if state.next == state.works.count {
                    state.works.removeAll(keepingCapacity: true)
                    state.next = 0
                }
                return work
            }
        }

        func close() {
            state.withLock { state in
                state.works.removeAll()
                (state.next, state.isClosed) = (0, true)
            }
            added.signal()
        }

        /// Works until it is closed.
        func work(_ hand: OverlayHand) {
            while true {
                added.wait()
                if state.withLock({ $0.isClosed }) { return }
                guard let work = take() else { continue }
                work(hand)
                finished.signal()
            }
        }
    }

    private let bench = Bench()
    private let validity: KnownValidity
    private let system: CoordinateSystem?
    private let own: OverlayHand
    private var other: Later<Void>?

    init(_ validity: KnownValidity, _ system: CoordinateSystem?) throws {
        (self.validity, self.system) = (validity, system)
        own = try OverlayHand(validity, system)
    }

    /// Does a small work at once.
    func now<Value>(_ work: (OverlayHand) throws -> Value) rethrows -> Value { try work(own) }

    /// Hands out a work.
    func add<Value: Sendable>(_ work: @escaping @Sendable (OverlayHand) throws -> Value) -> Ticket<Value> {
        let ticket = Ticket<Value>()
        bench.add { hand in ticket.settle(Result { try work(hand) }) }
        if other == nil {
            other = Later("overlay") { [bench, validity, system] _ in
                let hand = try OverlayHand(validity, system)
                bench.work(hand)
                hand.finish()
            }
        }
        return ticket
    }

    /// Waits for a work, and does others in the meantime.
    func value<Value>(of ticket: Ticket<Value>) throws -> Value {
        while true {
            if let value = try ticket.valueIfDone() { return value }
            if let work = bench.take() {
                work(own)
            } else {
                bench.finished.wait()
            }
        }
    }

    /// Ends the thread; what nobody has begun is left undone. Must be called.
    func close() {
        bench.close()
        other?.cancel()
        other = nil
        own.finish()
    }
}
