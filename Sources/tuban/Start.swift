import Canvas
import Commands
import Foundation
import Phrases
import Store

/// Tells the screen from the shell: `tuban FILE.gpkg` opens the one, `tuban NOUN VERB` runs the other.
enum Start {
    /// The language that `--lang` or the environment asks for.
    static func language(_ words: [String], _ environment: [String: String]) -> Language {
        for (index, word) in words.enumerated() {
            if word == "--lang", index + 1 < words.count { return Language(rawValue: words[index + 1]) ?? .english }
            if word.hasPrefix("--lang=") { return Language(rawValue: String(word.dropFirst(7))) ?? .english }
        }
        return Language(environment: environment)
    }

    static func run(_ words: [String]) -> Int32 {
        do {
            if let options = try ScreenOptions(words) {
                guard let path = try options.path ?? LastProject.path ?? offerSample() else { return 0 }
                return try Screen.run(path: path, options: options)
            }
            return Shell.run(words)
        } catch {
            return Shell.fail(error)
        }
    }

    /// Without a project to return to: the sample county is one key away.
    private static func offerSample() throws -> String? {
        guard isatty(STDIN_FILENO) == 1 else {
            throw Refusal(.usage, "Which project? tuban FILE.gpkg", "未指定项目：tuban 文件.gpkg")
        }
        print(
            say(
                "No project was open before. Make the sample county in sample.gpkg and open it? [y/N] ",
                "尚未打开过项目。是否在 sample.gpkg 生成示例县并打开？[y/N] "), terminator: "")
        guard readLine()?.lowercased().hasPrefix("y") == true else {
            print(say("tuban --help lists the commands.", "tuban --help 列出命令。"))
            return nil
        }
        let path = "sample.gpkg"
        if !FileManager.default.fileExists(atPath: path), Shell.run(["sample", path]) != 0 { return nil }
        return path
    }
}

/// What the screen is asked for on the command line.
struct ScreenOptions {
    var path: String?
    var theme: String?
    var glyphs: Glyphs?
    var isSlow = false
    var isReadOnly = false
    var colour: String?
    var meter = false

    /// - Returns: nil when the words are a command for the shell.
    init?(_ words: [String]) throws {
        var rest = words[...]
        func value(_ word: String, _ name: String) throws -> String? {
            if word == name {
                guard let next = rest.popFirst() else {
                    throw Refusal(.usage, "\(name) takes a value.", "\(name) 需要取值。")
                }
                return next
            }
            return word.hasPrefix(name + "=") ? String(word.dropFirst(name.count + 1)) : nil
        }
        while let word = rest.popFirst() {
            if try value(word, "--lang") != nil {
            } else if let name = try value(word, "--theme") {
                theme = name
            } else if let name = try value(word, "--glyphs") {
                guard let tier = Glyphs(rawValue: name) else {
                    let known = Glyphs.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Refusal(
                        .usage, "There are no glyphs \(name); there are \(known).", "没有字符集 \(name)；可用：\(known)。")
                }
                glyphs = tier
            } else if let name = try value(word, "--link") {
                isSlow = name == "slow"
            } else if let name = try value(word, "--color") {
                colour = name
            } else if word == "--readonly" {
                isReadOnly = true
            } else if word == "--meter" {
                meter = true
            } else if path == nil, word.lowercased().hasSuffix(".gpkg") || (word.contains("/") && !word.hasPrefix("-"))
            {
                path = word
            } else {
                return nil
            }
        }
    }
}

/// Which project was open last.
enum LastProject {
    private static var file: URL? {
        let environment = ProcessInfo.processInfo.environment
        let base = environment["XDG_STATE_HOME"] ?? environment["HOME"].map { $0 + "/.local/state" }
        return base.map { URL(fileURLWithPath: $0).appending(path: "tuban/last") }
    }

    static var path: String? {
        guard let file, let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
        let path = text.trimmingCharacters(in: .newlines)
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    /// Remembers a project. A home that cannot be written costs only the memory.
    static func remember(_ path: String) {
        guard let file else { return }
        try? FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try? (URL(fileURLWithPath: path).standardizedFileURL.path + "\n").write(
            to: file, atomically: true, encoding: .utf8)
    }
}
