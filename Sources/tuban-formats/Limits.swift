import CGDAL
import Glibc

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
}
