import Canvas
import Commands
import Foundation
import Phrases
import Store
import Terminal
import Views

/// The loop: waits for a key or a finished job, updates one value, draws one frame.
struct Screen {
    private let project: Project
    private let terminal: Terminal
    private var workbench: Workbench
    private let jobs: Jobs
    private var seenRevision: Int64
    private var keptPlace: [String: String]
    private let counts: Bool

    static func run(path: String, options: ScreenOptions) throws -> Int32 {
        let project = try Project.open(at: path, readOnly: options.isReadOnly)
        defer { try? project.close() }
        let environment = ProcessInfo.processInfo.environment
        var terminalOptions = Options(environment: environment)
        terminalOptions.link = options.isSlow ? .slow : .fast
        if let colour = options.colour { try terminalOptions.limit(to: colour) }
        let place = (try? project.place()).flatMap { $0 }.map(PlaceText.read) ?? [:]
        let glyphs = Self.glyphs(options, environment, place)
        let theme = try Themes.load(
            options.theme ?? environment["TUBAN_THEME"] ?? (glyphs == .ascii ? "ascii" : "default"))
        let session = try Session(
            project: project, theme: theme, glyphs: glyphs, chosenGlyphs: place["glyphs"].flatMap(Glyphs.init),
            isSlow: options.isSlow, keymap: try userKeymap(environment))
        var workbench = try Workbench(session: session, place: place)
        if let notice = try project.missingNotice() { workbench.say(notice.description, isTrouble: true) }
        let terminal = try Terminal(options: terminalOptions)
        var screen = Screen(
            project: project, terminal: terminal, workbench: workbench,
            jobs: Jobs(path: path, isReadOnly: project.isReadOnly, waker: terminal.waker),
            seenRevision: (try? project.foreignRevision()) ?? 0,
            keptPlace: place, counts: options.meter)
        LastProject.remember(path)
        let status = screen.loop()
        screen.jobs.join()
        // Findings hold connections, also those in letters that nobody reads any more.
        _ = screen.jobs.mailbox.takeAll()
        session.letGo()
        screen.keepPlace()
        terminal.close()
        return status
    }

    /// The glyphs asked for; else those of the last visit; else Braille where the locale can show it.
    private static func glyphs(_ options: ScreenOptions, _ environment: [String: String], _ place: [String: String])
        -> Glyphs
    {
        if let asked = options.glyphs { return asked }
        if options.theme == "ascii" || options.isSlow { return .ascii }
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let isUnicode = locale.lowercased().contains("utf")
        let isPlain = ["linux", "vt100", "vt220", "ansi", "cygwin"].contains(environment["TERM"] ?? "")
        guard isUnicode, !isPlain else { return .ascii }
        return place["glyphs"].flatMap(Glyphs.init) ?? .braille
    }

    private static func userKeymap(_ environment: [String: String]) throws -> Keymap {
        var keymap = Keymap.standard
        let base = environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { $0 + "/.config" }
        if let file = base.map({ $0 + "/tuban/keys.conf" }),
            let text = try? String(contentsOfFile: file, encoding: .utf8)
        {
            try keymap.read(text, file: file)
        }
        return keymap
    }

    // MARK: The loop

    private mutating func loop() -> Int32 {
        show()
        guard fulfil(workbench.firstWishes) else { return 0 }
        var isIdle = false
        while true {
            // After two seconds of rest the place is kept, so that a killed program returns to it.
            // What others do is told within two seconds; a look at it reads a few bytes of shared memory.
            switch terminal.next(wait: isIdle ? .seconds(1) : .seconds(2)) {
            case .hangup, .terminate: return 0
            case .timeout:
                if !isIdle { keepPlace() }
                isIdle = true
                guard noticeOthers() else { continue }
            case let input:
                isIdle = false
                guard take(input) else { return 0 }
                // All keys that wait are read before one frame is drawn.
                while true {
                    let more = terminal.next(wait: .zero)
                    if more == .timeout { break }
                    if more == .hangup || more == .terminate { return 0 }
                    guard take(more) else { return 0 }
                    // A paste keeps the line busy for as long as it comes.
                    if case .pasting = more { show() }
                }
                _ = noticeOthers()
            }
            show()
        }
    }

    private mutating func show() {
        workbench.meter = counts || workbench.showsMeter ? terminal.bytesSent : nil
        terminal.show(workbench.draw(size: terminal.size))
    }

    /// - Returns: false when the program shall end.
    private mutating func take(_ input: Input) -> Bool {
        switch input {
        case .key(.alt(let scalar)):
            return fulfil(workbench.take(key: "Esc")) && fulfil(workbench.take(key: Key.character(scalar).name))
        case .key(let key): return fulfil(workbench.take(key: key.name))
        case .paste(let text): return fulfil(workbench.take(paste: text))
        case .pasting(let bytes, let isResting):
            workbench.tell(pasting: bytes, isResting: isResting)
            return true
        case .brokenPaste(let fault):
            workbench.tell(brokenPaste: fault == .tooLong)
            return true
        case .wake: return takeLetters()
        case .measured:
            // Names in data may hold characters that Chinese terminals draw two cells wide.
            Width.ambiguousIsWide = terminal.ambiguousWidth == 2
            return true
        case .click, .wheelUp, .wheelDown, .resized, .resumed, .timeout: return true
        case .hangup, .terminate: return false
        }
    }

    private mutating func fulfil(_ wishes: [Workbench.Wish]) -> Bool {
        for wish in wishes {
            switch wish {
            case .quit: return false
            case .perform(let line, let input):
                jobs.perform(line, openPlan: workbench.session.planID, input: input)
                workbench.jobState = line.text
            case .job(let job):
                let session = workbench.session
                jobs.start(job, here: session.here)
                if !job.isQuiet { workbench.jobState = job.what.description }
            case .copy(let text): _ = terminal.copy(text)
            case .redraw: terminal.redraw()
            case .suspend: terminal.suspend()
            case .bell: terminal.bell()
            case .cancel: jobs.cancelAll()
            case .aside(let line):
                var further: [Workbench.Wish] = []
                workbench.finish(line, aside(line), &further)
                seenRevision = (try? project.foreignRevision()) ?? seenRevision
                guard fulfil(further) else { return false }
            }
        }
        return true
    }

    /// Performs a line on the terminal that the screen leaves meanwhile: `ssh-keygen` asks for a passphrase there.
    private func aside(_ line: Line) -> Result<Report, any Error> {
        let plan = workbench.session.planID
        let path = project.path
        return terminal.aside {
            Shell.write(
                say("tuban: your key signs “\(line.text)”.", "图斑：用您的密钥签署“\(line.text)”。") + "\n", to: STDOUT_FILENO)
            return Result { () throws -> Report in
                let context = Context(line: line.text, path: path, openPlan: plan == 0 ? nil : plan)
                defer { try? context.close() }
                return try line.command.perform(in: context)
            }
        }
    }

    private mutating func takeLetters() -> Bool {
        for letter in jobs.mailbox.takeAll() {
            switch letter {
            case .progress(let text): workbench.jobState = jobs.isBusy ? text : nil
            case .report(let words, let result):
                _ = jobs.finished(name: "command", id: nil)
                workbench.jobState = nil
                guard let line = try? Line(words) else { continue }
                var wishes: [Workbench.Wish] = []
                workbench.finish(line, result, &wishes)
                // What the command changed by a connection of its own is no change by somebody else.
                seenRevision = (try? project.foreignRevision()) ?? seenRevision
                guard fulfil(wishes) else { return false }
            case .job(let name, let id, let result):
                let isNewest = jobs.finished(name: name, id: id)
                if !jobs.isBusy { workbench.jobState = nil }
                guard isNewest, fulfil(workbench.finish(job: name, result)) else { continue }
            }
        }
        return true
    }

    /// Says it when somebody else has changed the file; rows do not move under the reader.
    ///
    /// - Returns: whether there is something to show.
    private mutating func noticeOthers() -> Bool {
        guard let revision = try? project.foreignRevision(), revision != seenRevision else { return false }
        seenRevision = revision
        return (try? workbench.session.noticeOthers()) ?? false
    }

    private mutating func keepPlace() {
        let place = workbench.place
        guard place != keptPlace else { return }
        keptPlace = place
        // A full disk or a lock costs only the memory of where one was.
        try? project.keepPlace(PlaceText.write(place))
    }
}

/// Where a user was, as a flat JSON object of strings.
enum PlaceText {
    static func read(_ text: String) -> [String: String] {
        (try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))) ?? [:]
    }

    static func write(_ place: [String: String]) -> String {
        "{"
            + place.sorted { $0.key < $1.key }.map { "\(JSON.string($0.key)): \(JSON.string($0.value))" }.joined(
                separator: ", ") + "}"
    }
}

extension Options {
    /// What `--color` says: `never`, `8`, `16`, `256`, `direct`, or `auto`.
    mutating func limit(to word: String) throws {
        guard word != "auto" else { return }
        guard let level = Colours(word: word) else {
            throw Refusal(
                .usage, "--color takes auto, never, 8, 16, 256 or direct.", "--color 可取 auto、never、8、16、256、direct。")
        }
        colours = level
    }
}
