import Foundation
import Synchronization

/// Checks signatures on threads of their own, beside the walk through the journal, and keeps the first entry whose
/// signature is none.
final class SignatureChecks: Sendable {
    private struct Check: Sendable {
        var entry: Int64
        var signature: String
        var text: String
        var key: String
    }

    /// What the threads have found so far.
    private struct Found: Sendable {
        var forged: Int64?
        var failure: (any Error)?
    }

    private let belt = Belt<Check?>()
    /// How many may wait: a journal of any length shall not be held in memory.
    private let room = DispatchSemaphore(value: 1000)
    private let found = FoundBox()
    private let added = Atomic(0)
    private let workers: [Later<Void>]

    private final class FoundBox: Sendable {
        let state = Mutex(Found())
    }

    init(_ isValid: @escaping @Sendable (String, String, String) throws -> Bool) {
        let (belt, room, found) = (belt, room, found)
        workers = (0..<max(1, ProcessInfo.processInfo.activeProcessorCount)).map { number in
            Later("signatures \(number)") { isWanted in
                while let check = belt.take() {
                    room.signal()
                    let state = found.state.withLock { $0 }
                    // What follows a forged one need not be looked at.
                    guard isWanted(), state.failure == nil, state.forged.map({ check.entry < $0 }) ?? true else {
                        continue
                    }
                    do {
                        guard try !isValid(check.signature, check.text, check.key) else { continue }
                        found.state.withLock { $0.forged = min($0.forged ?? .max, check.entry) }
                    } catch {
                        found.state.withLock { $0.failure = error }
                    }
                }
            }
        }
    }

    /// How many were put to the test.
    var count: Int { added.load(ordering: .relaxed) }

    func add(_ entry: Int64, _ signature: String, over text: String, by key: String) {
        room.wait()
        added.add(1, ordering: .relaxed)
        belt.put(Check(entry: entry, signature: signature, text: text, key: key))
    }

    /// Waits for all of them.
    ///
    /// - Returns: the first entry whose signature is not what it should be.
    /// - Throws: what kept a signature from being checked.
    func finish() throws -> Int64? {
        for _ in workers { belt.put(nil) }
        for worker in workers { try worker.value() }
        let state = found.state.withLock { $0 }
        if let failure = state.failure { throw failure }
        return state.forged
    }

    /// Ends the threads, also when nobody waits for what they find.
    func stop() {
        for _ in workers { belt.put(nil) }
        for worker in workers { worker.cancel() }
    }
}
