import Commands
import Foundation
import Phrases
import Store
import Synchronization
import Terminal
import Views

import class Commands.Progress

/// Work beside the screen: each job on a thread and a connection of its own; results come back through one mailbox.
final class Jobs {
    /// What a job sends to the loop.
    enum Letter: Sendable {
        case progress(String)
        case report(words: [String], Result<Report, any Error>)
        case job(name: String, id: Int, Result<any Sendable, any Error>)
    }

    private struct Running {
        var id: Int
        var name: String
        var progress: Progress
        var project: Mailbox.Held
    }

    /// Where threads leave letters, and the loop takes them.
    final class Mailbox: Sendable {
        /// The connection of a job, for interrupting it.
        final class Held: Sendable {
            let project = Mutex<Project?>(nil)
        }
        private let letters = Mutex<[Letter]>([])
        private let waker: Waker
        init(waker: Waker) { self.waker = waker }

        func put(_ letter: Letter) {
            letters.withLock { $0.append(letter) }
            waker.wake()
        }

        func takeAll() -> [Letter] {
            letters.withLock { letters in
                defer { letters = [] }
                return letters
            }
        }
    }

    let mailbox: Mailbox
    private let path: String
    /// Whether the screen was opened for reading only: what it starts may not write either.
    private let isReadOnly: Bool
    private var running: [Running] = []
    private var nextID = 1
    private let group = DispatchGroup()

    init(path: String, isReadOnly: Bool, waker: Waker) {
        self.path = path
        self.isReadOnly = isReadOnly
        mailbox = Mailbox(waker: waker)
    }

    var isBusy: Bool { !running.isEmpty }

    /// Performs a slow command.
    ///
    /// - Parameter input: what it finds on standard input.
    func perform(_ line: Line, openPlan: Int64, input: String? = nil) {
        let words = line.words
        start(name: "command", what: line.text) { [isReadOnly] path, held, progress, mailbox in
            let result = Result { () throws -> Report in
                // Parsed again on this thread: commands are values of their thread.
                let line = try Line(words)
                let needsProject = type(of: line.command).needsProject
                let project = needsProject ? try Project.open(at: path, readOnly: isReadOnly) : nil
                held.project.withLock { $0 = project }
                defer { try? project?.close() }
                let context = Context(
                    line: line.text, project: project, path: path, openPlan: openPlan == 0 ? nil : openPlan,
                    progress: progress)
                // The screen is up: a passphrase is asked for when it has stepped aside.
                context.mayAsk = false
                context.input = input
                defer { try? context.close() }
                return try line.command.perform(in: context)
            }
            mailbox.put(.report(words: words, result))
        }
    }

    /// Starts a view's job; one of the same name that still runs is told to stop.
    func start(_ job: Job, here: Here) {
        for other in running where other.name == job.name { stop(other) }
        let id = nextID
        start(name: job.name, what: job.what.description) { path, held, progress, mailbox in
            let result = Result { () throws -> any Sendable in
                let project = try Project.open(at: path, readOnly: true)
                held.project.withLock { $0 = project }
                defer { try? project.close() }
                try project.stand(here)
                return try job.work(project, progress)
            }
            mailbox.put(.job(name: job.name, id: id, result))
        }
    }

    private func start(
        name: String, what: String,
        _ body: @escaping @Sendable (String, Mailbox.Held, Progress, Mailbox) -> Void
    ) {
        let mailbox = mailbox
        let began = ContinuousClock.now
        let progress = Progress { state in
            let seconds = Double((ContinuousClock.now - began).components.seconds)
            mailbox.put(.progress(ProgressLine.text(state, seconds: max(1, seconds))))
        }
        let held = Mailbox.Held()
        running.append(Running(id: nextID, name: name, progress: progress, project: held))
        nextID += 1
        let path = path
        group.enter()
        let group = group
        let thread = Thread {
            body(path, held, progress, mailbox)
            held.project.withLock { $0 = nil }
            group.leave()
        }
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// A job has said its last word.
    ///
    /// - Returns: whether it is the newest of its name; results of one that was replaced are of no use.
    func finished(name: String, id: Int?) -> Bool {
        let place = running.firstIndex { $0.name == name && (id == nil || $0.id == id) }
        let isNewest = id == nil || !running.contains { $0.name == name && $0.id > (id ?? 0) }
        if let place { running.remove(at: place) }
        return isNewest
    }

    private func stop(_ job: Running) {
        job.progress.cancel()
        job.project.project.withLock { $0?.interrupt() }
    }

    func cancelAll() {
        for job in running { stop(job) }
    }

    /// Stops all jobs and waits for each one's last word: leaving while one is inside PROJ would crash.
    func join() {
        cancelAll()
        while group.wait(timeout: .now() + .milliseconds(50)) == .timedOut { cancelAll() }
    }
}
