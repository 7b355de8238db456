import Foundation
import Phrases

/// Names of files, as far as they have been typed.
enum FileNames {
    private static let options: Set<String> = [
        "--by", "--inside", "--area", "--document", "--crosswalk", "--join", "--datum",
    ]
    private static let verbs: [[String]] = [
        ["import"], ["run"], ["plan", "import"], ["rule", "add"], ["boundary", "check"],
        ["boundary", "read"],
    ]
    private static let most = 200

    /// Whether the next word of a command line names a file: after these, or because it looks like a path.
    static func isAsked(after words: [String], _ last: String) -> Bool {
        if last.hasPrefix("-") { return false }
        if let before = words.last, before.hasPrefix("-") { return options.contains(before) }
        return words.first == "analyse" || last.contains("/") || last.hasPrefix(".") || verbs.contains(words)
    }

    /// The last word of a line, blanks in it written `\ `.
    static func lastWord(of text: String) -> String {
        var start = text.startIndex
        var isEscaped = false
        for index in text.indices {
            if isEscaped {
                isEscaped = false
            } else if text[index] == "\\" {
                isEscaped = true
            } else if text[index] == " " {
                start = text.index(after: index)
            }
        }
        return String(text[start...])
    }

    /// The files and folders that begin so, in order; hidden ones only when they are asked for.
    ///
    /// - Parameter isEscaped: whether blanks are written `\ `, as in a command line.
    static func matching(_ text: String, isEscaped: Bool) -> [Prompt.Candidate] {
        let typed = isEscaped ? text.replacing("\\ ", with: " ") : text
        let slash = typed.lastIndex(of: "/").map { typed.index(after: $0) } ?? typed.startIndex
        let (folder, start) = (String(typed[..<slash]), typed[slash...])
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        return names.filter { $0.hasPrefix(start) && (start.hasPrefix(".") || !$0.hasPrefix(".")) }.sorted().prefix(
            most
        )
        .map { name in
            let isFolder = isFolder(folder + name)
            let path = folder + name + (isFolder ? "/" : "")
            return .init(
                text: isEscaped ? path.replacing(" ", with: "\\ ") : path, label: name + (isFolder ? "/" : ""),
                isPart: isFolder)
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
