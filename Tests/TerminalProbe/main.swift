import Canvas
import Glibc
import Phrases
import Terminal

// A small program on the screen for the tests of `Terminal`: a list of parcels with a marker, a map of coloured cells,
// and a line that says what came in last. TUBAN_PROBE_FRAME names a file that gets every frame as text, for tests to
// compare with what a terminal shows.

func environment() -> [String: String] {
    var result: [String: String] = [:]
    for name in ["TERM", "NO_COLOR", "ESCDELAY", "TUBAN_TYPEAHEAD", "LC_ALL", "LC_CTYPE", "LANG", "TUBAN_PROBE_FRAME"] {
        if let value = getenv(name) { result[name] = String(cString: value) }
    }
    return result
}

let settings = environment()
let arguments = CommandLine.arguments.dropFirst()
Language.current = Language(environment: settings)
var options = Options(environment: settings)
options.link = arguments.contains("slow") ? .slow : .fast
options.mouse = arguments.contains("mouse")

let terminal: Terminal
do {
    terminal = try Terminal(options: options)
} catch {
    print(error)
    exit((error as? Refusal)?.kind.rawValue ?? 1)
}

var scene = Scene(isColoured: arguments.contains("colour"), isChinese: arguments.contains("chinese"))

@MainActor func draw() {
    let frame = scene.frame(size: terminal.size)
    if let path = settings["TUBAN_PROBE_FRAME"], let file = fopen(path, "w") {
        fputs(Scene.text(of: frame), file)
        fclose(file)
    }
    terminal.show(frame)
}

@MainActor func leave(_ status: Int32, saying text: () -> String) -> Never {
    terminal.close()
    print(text())
    exit(status)
}

while true {
    // All keys that wait are acted on before one frame is drawn.
    var input = terminal.next(wait: .zero)
    if input == .timeout {
        draw()
        input = terminal.next()
    }
    scene.last = "\(input)"
    switch input {
    case .paste(let text) where text.utf8.count > 200:
        scene.last = "paste \(text.utf8.count) \(text.split(separator: "\n", omittingEmptySubsequences: false).count)"
    case .key(.character("q")): leave(0) { "sent \(terminal.bytesSent)" }
    case .key(.character("j")), .key(.down): scene.move(1, rows: terminal.size.rows)
    case .key(.character("k")), .key(.up): scene.move(-1, rows: terminal.size.rows)
    case .key(.pageDown): scene.move(terminal.size.rows - 2, rows: terminal.size.rows)
    case .key(.character("i")): scene.showsInput.toggle()
    case .key(.character("n")): scene.showsCursor.toggle()
    case .key(.character("b")): terminal.bell()
    case .key(.character("y")): _ = terminal.copy("图斑 12")
    case .key(.character("m")): scene.last = "width \(terminal.ambiguousWidth ?? 0) asked \(terminal.roundTrip != nil)"
    case .key(.character("e")):
        _ = "a library has something to say\n".withCString { write(STDERR_FILENO, $0, strlen($0)) }
    case .key(.character("s")): kill(getpid(), SIGSEGV)
    case .key(.character("t")): preconditionFailure("a trap, as asked")
    case .key(.character("x")): exit(7)
    case .key(.character("w")):
        wakeFromAnotherThread(terminal.waker)
    case .key(.control("l")): terminal.redraw()
    case .key(.control("z")):
        terminal.suspend()
        scene.last = "resumed"
    case .hangup: leave(20) { "" }
    case .terminate: leave(15) { "asked to end" }
    default: break
    }
}
