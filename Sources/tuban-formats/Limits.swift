import CGDAL
import Glibc
import Phrases

/// What this process may use. A hostile file can make a reader ask for any amount of memory and time; the process sets
/// its own limits before it looks at the file.
struct Limits {
    /// Address space: libraries take about 250 MiB of it before the first file is opened.
    var memoryMiB = 2048
    var cpuSeconds = 3600

    func apply() {
        set(__rlimit_resource_t(RLIMIT_AS.rawValue), to: UInt(memoryMiB) << 20)
        set(__rlimit_resource_t(RLIMIT_CPU.rawValue), to: UInt(cpuSeconds))
        set(__rlimit_resource_t(RLIMIT_CORE.rawValue), to: 0)
        // No orphan: the reader ends with the one that it reads for.
        tuban_die_with_parent()
    }

    private func set(_ resource: __rlimit_resource_t, to value: UInt) {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = min(rlim_t(value), limit.rlim_max)
        setrlimit(resource, &limit)
    }

    /// The refusal, with a word on memory where that is the likely cause: many libraries answer an allocation that failed
    /// with "cannot read the file".
    func explaining(_ refusal: Refusal) -> Refusal {
        guard refusal.kind == .badData, let peak = Self.peakMemoryMiB, peak * 2 > memoryMiB else { return refusal }
        let phrase = refusal.phrase
        return Refusal(
            .badData,
            "\(phrase.english) The reader had taken \(peak) MiB of memory, of at most \(memoryMiB) MiB.",
            "\(phrase.chinese)读取程序已占用内存 \(peak) MiB，上限 \(memoryMiB) MiB。")
    }

    /// The most address space that this process ever had; proc(5), VmPeak.
    private static var peakMemoryMiB: Int? {
        guard let file = fopen("/proc/self/status", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let words = line.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if words.hasPrefix("VmPeak:") { return Int(words.filter(\.isNumber)).map { $0 / 1024 } }
        }
        return nil
    }
}
