import CNcurses
import Canvas
import Glibc

/// What `next` has read and not yet handed out, and what it waits for.
struct Waiting {
    var inputs: [Input] = []
    var isHungUp = false
    /// When the size is looked at: terminals send a storm of signals while a window is dragged.
    var resizeAt: ContinuousClock.Instant?
    /// When half a sequence or paste is given up.
    var giveUpAt: ContinuousClock.Instant?
    /// When the next word about a paste that is under way is due.
    var tellPasteAt = ContinuousClock.Instant.now
    /// Times in a row that the terminal said something was there and nothing was.
    var emptyReads = 0

    static let resizeRest = Duration.milliseconds(80)
    static let sequenceRest = Duration.milliseconds(1000)
    static let pasteWord = Duration.milliseconds(1000)
}

extension Terminal {
    /// Waits for the next input. All keys that are there are read at once, so asking with `wait: .zero` until
    /// `.timeout` empties the line before one frame is drawn.
    ///
    /// - Parameter wait: at most so long; nil: until something happens.
    package func next(wait: Duration? = nil) -> Input {
        let end = wait.map { ContinuousClock.now + $0 }
        while true {
            if !waiting.inputs.isEmpty { return waiting.inputs.removeFirst() }
            if waiting.isHungUp || output.isHungUp { return .hangup }
            let now = ContinuousClock.now
            if let time = waiting.resizeAt, time <= now {
                waiting.resizeAt = nil
                if adoptSize() { return .resized }
            }
            if let time = waiting.giveUpAt, time <= now {
                giveUp()
                continue
            }
            look(until: [end, waiting.resizeAt, waiting.giveUpAt].compactMap { $0 }.min())
            if waiting.inputs.isEmpty, !waiting.isHungUp, !output.isHungUp, let end, ContinuousClock.now >= end {
                return .timeout
            }
        }
    }

    /// Forgets every key that has not been handed out: before a question whose answer must not have been typed ahead.
    package func discardKeys() {
        readKeys()
        waiting.inputs.removeAll {
            switch $0 {
            case .key, .paste, .brokenPaste, .pasting, .click, .wheelUp, .wheelDown: true
            default: false
            }
        }
    }

    /// Waits once, for the terminal, jobs and signals together.
    private func look(until end: ContinuousClock.Instant?) {
        var milliseconds = end.map { Self.milliseconds(until: $0) } ?? -1
        if curses.isUnfinished {
            // A key that broke a frame off need not lead to another frame. So, when no more are waiting, it is ended.
            var keys = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            if poll(&keys, 1, 0) == 0 { finish() }
            milliseconds = curses.isUnfinished ? 0 : milliseconds
        }
        var entries = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0), signals.pollEntry, output.pollEntry,
        ]
        guard poll(&entries, nfds_t(entries.count), milliseconds) > 0 else { return }
        if entries[1].revents != 0 { act(on: signals.news()) }
        if entries[2].revents != 0 { showDelayed() }
        let terminal = Int32(entries[0].revents)
        // Before ncurses reads: to it, the end of a terminal looks like a key that has not been pressed.
        if terminal & (POLLHUP | POLLERR | POLLNVAL) != 0 {
            waiting.isHungUp = true
        } else if terminal & POLLIN != 0 {
            waiting.emptyReads = readKeys() ? 0 : waiting.emptyReads + 1
            // Said to be readable, and nothing to read: the end (0) or an error (EIO of an orphan). Not at the first
            // time, since somebody else at the same terminal may have been quicker.
            if waiting.emptyReads >= 5 { waiting.isHungUp = true }
        }
    }

    private static func milliseconds(until end: ContinuousClock.Instant) -> Int32 {
        let (seconds, attoseconds) = (end - .now).components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        // Rounded up, lest the last fraction be spent spinning.
        return Int32(min(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1, 3_600_000))
    }

    private func act(on news: Signals.News) {
        if news.hangup { waiting.isHungUp = true }
        if news.terminate { waiting.inputs.append(.terminate) }
        if news.interrupt { waiting.inputs.append(.key(.control("c"))) }
        if news.resized { waiting.resizeAt = .now + Waiting.resizeRest }
        if news.suspend {
            suspend()
            _ = signals.news()
            waiting.inputs.append(.resumed)
        } else if news.resumed {
            recover()
            waiting.inputs.append(.resumed)
        }
        if news.wake { waiting.inputs.append(.wake) }
    }

    /// Reads all that is there; of a long paste as much as comes in a second, so that there is a word of it.
    ///
    /// - Returns: whether anything was.
    @discardableResult
    private func readKeys() -> Bool {
        var hasRead = false
        while readSome() {
            hasRead = true
            guard let length = keyboard.pasteLength, ContinuousClock.now >= waiting.tellPasteAt else { continue }
            waiting.tellPasteAt = .now + Waiting.pasteWord
            waiting.inputs.append(.pasting(length, isResting: false))
            break
        }
        take(keyboard.pause())
        waiting.giveUpAt = keyboard.isWaiting ? .now + Waiting.sequenceRest : nil
        return hasRead
    }

    /// Reads a key, or a stretch of a paste.
    ///
    /// - Returns: false where there is nothing.
    private func readSome() -> Bool {
        guard keyboard.pasteLength == nil else {
            return curses.readText { take(keyboard.feed(.character($0))) }
        }
        switch curses.read() {
        case .nothing: return false
        case .partial: break
        case .code(let code):
            take(keyboard.feed(code))
            // A short paste needs no word.
            if keyboard.pasteLength == 0 { waiting.tellPasteAt = .now + Waiting.pasteWord }
        case .click(let place): waiting.inputs.append(.click(place))
        case .wheelUp(let place): waiting.inputs.append(.wheelUp(place))
        case .wheelDown(let place): waiting.inputs.append(.wheelDown(place))
        }
        return true
    }

    private func giveUp() {
        waiting.giveUpAt = nil
        take(keyboard.giveUp())
        if let length = keyboard.pasteLength { waiting.inputs.append(.pasting(length, isResting: true)) }
    }

    private func take(_ events: [Keyboard.Event]) {
        for event in events {
            switch event {
            case .key(let key): waiting.inputs.append(.key(key))
            case .paste(let text): waiting.inputs.append(.paste(text))
            case .brokenPaste(let fault): waiting.inputs.append(.brokenPaste(fault))
            case .cursor(let row, let column):
                if queries.answered(row: row, column: column) { waiting.inputs.append(.measured) }
            case .mode(let number, let state):
                if queries.answered(mode: number, state: state) { waiting.inputs.append(.measured) }
            }
        }
    }
}
