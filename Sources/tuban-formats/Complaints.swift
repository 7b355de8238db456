import CGDAL
import Glibc
import Phrases
import Stream
import Synchronization

/// What GDAL says while it works. GDAL would print it on standard error, in the middle of somebody's screen.
enum Complaints {
    struct Complaint: Hashable {
        var isFailure: Bool
        var isAboutMemory: Bool
        var text: String
    }

    private static let heard = Mutex<[Complaint]>([])
    private static let mostKept = 100

    static func listen() {
        CPLSetErrorHandler { severity, number, text in
            let words = (text.map { String(cString: $0) } ?? "").prefix(1000)
            let complaint = Complaint(
                isFailure: severity == CE_Failure || severity == CE_Fatal,
                isAboutMemory: number == CPLE_OutOfMemory, text: String(words))
            if severity == CE_Fatal {
                // GDAL aborts when this handler returns.
                Output.send(.failure(complaint.refusal(reading: nil)))
                _exit(65)
            }
            guard severity == CE_Failure || severity == CE_Warning else { return }
            Complaints.heard.withLock { if $0.count < Complaints.mostKept { $0.append(complaint) } }
        }
    }

    /// All that was said since the last call.
    static func take() -> [Complaint] {
        heard.withLock { heard in
            if heard.isEmpty { return [] }
            defer { heard = [] }
            return heard
        }
    }
}

extension Complaints.Complaint {
    /// The sentence on which the work stops.
    ///
    /// - Parameter name: the file; nil where it is not known.
    func refusal(reading name: String?) -> Refusal {
        if isAboutMemory {
            let file = name.map { " " + $0 } ?? ""
            return Refusal(
                .badData, "Reading\(file) stopped: it needs more memory than the reader may use (\(text)).",
                "读取\(file) 已停止：所需内存超过读取程序的上限（\(text)）。")
        }
        let reason = reason
        return Refusal(
            .badData, "Could not read \(name ?? "the file"): \(reason.english).",
            "无法读取 \(name ?? "文件")：\(reason.chinese)。")
    }

    /// The two complaints that people meet most in words of ours, all others in GDAL's.
    private var reason: Phrase {
        if text.contains("not recognized as a supported file format") {
            return Phrase("it is in no format that is read here", "不是可以读取的格式")
        }
        if text.contains("SHAPE_RESTORE_SHX") {
            return Phrase(
                "the .shx file that belongs to the Shapefile is missing beside it",
                "缺少与该 Shapefile 配套的 .shx 文件")
        }
        return Phrase(sentence, sentence)
    }

    /// GDAL's words without the final stop, for use inside a sentence.
    var sentence: String {
        var words = text[...]
        while let last = words.last, last == "." || last == "\n" || last == " " { words.removeLast() }
        return String(words)
    }
}

/// Passes on what GDAL remarks, each remark once.
struct Notes {
    private var said: Set<Phrase> = []
    private var kept = 0
    private static let most = 50
    /// Said of every GeoPackage that is newer than the library, which reads it well.
    private static let idle = "may only be partially supported"

    /// Says a remark, unless it was said before or fifty others were.
    mutating func say(_ phrase: Phrase) {
        guard said.count < Self.most else {
            kept += 1
            return
        }
        if said.insert(phrase).inserted { Output.send(.note(phrase)) }
    }

    mutating func say(_ complaints: [Complaints.Complaint]) {
        for complaint in complaints where !complaint.text.contains(Self.idle) {
            say(Phrase(complaint.text, complaint.text))
        }
    }

    /// Tells how many remarks were not passed on.
    mutating func close() {
        guard kept > 0 else { return }
        Output.send(.note(Phrase("\(kept) more remarks about the file are not shown.", "另有 \(kept) 条关于该文件的提示未显示。")))
        kept = 0
    }
}
