import Glibc
import Phrases

extension FormatsChild {
    /// What a process was for, as its sentences need it.
    enum Work {
        case reading(String)
        case writing(String)
    }

    /// The sentence about a process that did not come to its end.
    func ended(_ work: Work, because reason: Phrase?) -> Refusal {
        let reason = reason ?? Phrase("its answer was cut short", "返回的数据不完整")
        switch work {
        case .reading(let path):
            let file = Self.fileName(path)
            return Refusal(
                .badData, "Reading \(file) stopped: \(reason.english). Nothing was imported.",
                "读取 \(file) 已停止：\(reason.chinese)。未导入任何内容。")
        case .writing(let path):
            let file = Self.fileName(path)
            return Refusal(
                .inputOutput, "Writing \(file) stopped: \(reason.english). The file is not complete.",
                "写出 \(file) 已停止：\(reason.chinese)。文件不完整。")
        }
    }

    var silenceReason: Phrase {
        Phrase(
            "the reader said nothing for \(limits.silenceSeconds) seconds", "读取程序 \(limits.silenceSeconds) 秒没有任何响应")
    }

    private static func fileName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}

extension FormatsProcess.Ending {
    /// Why a process ended before its work was done; nil when it ended in order.
    func reason(_ process: FormatsProcess, _ limits: FormatsChild.Limits) -> Phrase? {
        let words = String(decoding: process.errorText, as: UTF8.self)
        // The C++ library's words, and those of Swift's, for an allocation that failed.
        if self != .exited(0), words.contains("bad_alloc") || words.contains("Could not allocate memory") {
            return Phrase(
                "the reader ran out of memory (limit \(limits.memoryMiB) MiB)",
                "读取程序内存不足（上限 \(limits.memoryMiB) MiB）")
        }
        switch self {
        case .exited(0): return nil
        case .exited(let status):
            let line = words.split(separator: "\n").first.map { ": \($0)" } ?? ""
            return Phrase("the reader gave up with status \(status)\(line)", "读取程序以状态 \(status) 退出\(line)")
        case .killed(SIGXCPU):
            return Phrase(
                "the reader used up its computing time (limit \(limits.cpuSeconds) s)",
                "读取程序用尽计算时间（上限 \(limits.cpuSeconds) 秒）")
        case .killed(SIGKILL):
            return Phrase(
                "the reader was killed, perhaps because the machine ran out of memory", "读取程序被强行终止，可能是机器内存不足")
        case .killed(SIGABRT):
            return Phrase(
                "the reader broke off, most likely because it ran out of memory (limit \(limits.memoryMiB) MiB)",
                "读取程序中止，很可能是内存不足（上限 \(limits.memoryMiB) MiB）")
        case .killed(let signal):
            return Phrase("the reader crashed (signal \(signal))", "读取程序崩溃（信号 \(signal)）")
        }
    }
}
