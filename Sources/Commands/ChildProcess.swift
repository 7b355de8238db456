import Foundation
import Glibc
import Phrases

/// A short-lived program that is run to its end: its words in, its output out.
enum ChildProcess {
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Runs a program that is found by `PATH`. It stays in our process group, so that it may ask for a passphrase on the
    /// terminal; Ctrl-C reaches it there, and it ends.
    ///
    /// - Parameters:
    ///   - input: what it reads on standard input; nothing unless given.
    ///   - environment: names that are set for it beside our own; nil takes one away.
    /// - Throws: `Refusal` when it cannot be started.
    static func run(
        _ words: [String], input: String = "", environment: [String: String?] = [:]
    ) throws -> Outcome {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        // Files, because a program that waits for us while we wait for it would never end.
        let (source, output, errors) = (folder.file("in"), folder.file("out"), folder.file("err"))
        try folder.write(input, to: "in")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, source, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        var variables = ProcessInfo.processInfo.environment
        // Its messages are recognised by their words.
        variables["LC_ALL"] = "C"
        for (name, value) in environment { variables[name] = value }
        var pid = pid_t()
        let status = withCStrings(words) { argv in
            withCStrings(variables.map { "\($0.key)=\($0.value)" }) { envp in
                posix_spawnp(&pid, words[0], &actions, &attributes, argv, envp)
            }
        }
        guard status == 0 else {
            throw Refusal(
                .inputOutput, "\(words[0]) cannot be run: \(String(cString: strerror(status))).",
                "无法运行 \(words[0])：\(String(cString: strerror(status)))。")
        }
        var ending: Int32 = 0
        while waitpid(pid, &ending, 0) < 0, errno == EINTR {}
        // As `WIFEXITED` and `WEXITSTATUS` have it.
        let code = ending & 0x7F == 0 ? (ending >> 8) & 0xFF : 128 + (ending & 0x7F)
        func text(_ path: String) -> String {
            String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        }
        return Outcome(status: code, output: text(output), errors: text(errors))
    }

    private static func withCStrings<T>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> T
    ) -> T {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        return pointers.withUnsafeBufferPointer { buffer in
            // There is always the null at the end.
            body(buffer.baseAddress!)
        }
    }
}

/// A folder that only we can read, for as long as it is needed.
struct TemporaryFolder {
    let path: String

    init() throws {
        var name = Array((FileManager.default.temporaryDirectory.path + "/tuban-XXXXXX").utf8CString)
        guard mkdtemp(&name) != nil else {
            throw Refusal(
                .inputOutput, "No temporary folder can be made in \(FileManager.default.temporaryDirectory.path).",
                "无法在 \(FileManager.default.temporaryDirectory.path) 建立临时文件夹。")
        }
        path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ text: String, to name: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: file(name)))
        } catch {
            throw Refusal(.inputOutput, "\(file(name)) cannot be written.", "无法写入 \(file(name))。")
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
