import Canvas
import Foundation
import Phrases

/// Finds themes: `NAME.theme` in `$TUBAN_THEMES`, the user's configuration, beside the installed program, beside the
/// package it was built from. `ascii` is always there.
package enum Themes {
    package static func load(_ name: String) throws -> Theme {
        if name == "ascii" { return .ascii }
        for folder in folders {
            let file = "\(folder)/\(name).theme"
            if let text = try? String(contentsOfFile: file, encoding: .utf8) { return try Theme(text, name: name) }
        }
        if name == "default" { return .ascii }
        throw Refusal(
            .noInput, "There is no theme \(name) in \(folders.joined(separator: ", ")).",
            "在 \(folders.joined(separator: "、")) 中没有主题 \(name)。")
    }

    private static var folders: [String] {
        let environment = ProcessInfo.processInfo.environment
        let configuration = environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { $0 + "/.config" }
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        var folders = [environment["TUBAN_THEMES"], configuration.map { $0 + "/tuban/themes" }].compactMap { $0 }
        folders.append(program.appending(path: "../share/tuban/themes").standardizedFileURL.path)
        // Built in place, the program lies some folders below the package.
        var above = program
        for _ in 0..<5 {
            above.deleteLastPathComponent()
            folders.append(above.appending(path: "Themes").path)
        }
        return folders
    }
}
