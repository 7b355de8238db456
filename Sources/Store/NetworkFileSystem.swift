import CSQLiteSession

/// Tells disks from network shares: SQLite's write-ahead log needs memory that all its users share.
/// https://www.sqlite.org/wal.html, "All processes using a database must be on the same host computer".
enum NetworkFileSystem {
    /// Magic numbers of statfs(2): NFS, SMB, SMB2, CIFS, Coda, NCP, AFS, Ceph, 9P.
    private static let magics: Set<UInt32> = [
        0x6969, 0x517B, 0xFE53_4D42, 0xFF53_4D42, 0x7375_7245, 0x564C, 0x5346_414F, 0x00C3_6400, 0x0102_1997,
    ]

    static func holds(_ path: String) -> Bool {
        var status = statfs()
        guard statfs(path, &status) == 0 else { return false }
        return magics.contains(UInt32(truncatingIfNeeded: status.f_type))
    }
}
