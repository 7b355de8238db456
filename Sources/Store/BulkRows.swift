import GRDB

/// Rows of a new table on their way into it, inserted many by one statement.
///
/// To begin and to end a statement costs SQLite as much as several columns, and where the table numbers its rows with
/// AUTOINCREMENT, a row of `sqlite_sequence` is read and written besides. Values are copied, so nothing needs to outlive
/// the call that appends it.
final class BulkRows {
    /// A value; of a text or of bytes, where it lies in `bytes`.
    fileprivate enum Value: BitwiseCopyable {
        case null
        case integer(Int64)
        case real(Double)
        case text(start: Int, end: Int)
        case blob(start: Int, end: Int)
    }

    /// About how many values one statement takes. More would gain nothing: what a statement costs is by then a small
    /// part of what its rows do.
    private static let most = 512

    /// The values that wait, row by row. A row is appended within one access to them: Swift checks each access to a
    /// variable of an object while the program runs, which for every value would take as long as SQLite takes.
    struct Waiting {
        fileprivate var values: [Value] = []
        fileprivate var bytes: [UInt8] = []

        mutating func append(_ value: SourceValue) {
            switch value {
            case .null: values.append(.null)
            case .integer(let number): values.append(.integer(number))
            case .real(let number): values.append(.real(number))
            case .text(let text):
                let start = bytes.count
                bytes.append(contentsOf: text)
                values.append(.text(start: start, end: bytes.count))
            case .blob(let blob): append { $0.append(contentsOf: blob) }
            }
        }

        mutating func append(_ number: Int64) { values.append(.integer(number)) }
        mutating func append(_ number: Int64?) { values.append(number.map { .integer($0) } ?? .null) }
        mutating func append(_ number: Double?) { values.append(number.map { .real($0) } ?? .null) }

        mutating func append(_ text: String) {
            let start = bytes.count
            bytes.append(contentsOf: text.utf8)
            values.append(.text(start: start, end: bytes.count))
        }

        /// Appends the bytes that `write` adds to what it is given.
        mutating func append(_ write: (inout [UInt8]) -> Void) {
            let start = bytes.count
            write(&bytes)
            values.append(.blob(start: start, end: bytes.count))
        }
    }

    private let columns: Int
    /// How many rows `several` inserts.
    private let rows: Int
    private let several: BulkStatement
    private let one: BulkStatement
    private var waiting = Waiting()

    /// - Parameters:
    ///   - table: new, or without triggers on insertion; with them SQLite would copy each row once more.
    ///   - columns: their names, in the order in which a row's values will be appended.
    init(into table: String, columns: [String], in db: Database) throws {
        self.columns = columns.count
        rows = max(1, Self.most / columns.count)
        let row = "(" + repeatElement("?", count: columns.count).joined(separator: ", ") + ")"
        // The first row that breaks a rule ends the whole transaction anyway. By the default, ABORT, SQLite would keep
        // what each statement changes, so that it could take back a part of it.
        let insert =
            "INSERT OR FAIL INTO \(table.quoted)(\(columns.map(\.quoted).joined(separator: ", "))) VALUES "
        several = try BulkStatement(insert + repeatElement(row, count: rows).joined(separator: ", "), in: db)
        one = try BulkStatement(insert + row, in: db)
        waiting.values.reserveCapacity(rows * columns.count)
    }

    /// Adds a row, of which `fill` appends every column.
    func add(_ fill: (inout Waiting) throws -> Void) throws {
        try fill(&waiting)
        if waiting.values.count == rows * columns { try send() }
    }

    /// Inserts what waits still.
    func finish() throws { if !waiting.values.isEmpty { try send() } }

    private func send() throws {
        let count = waiting.values.count
        if count == rows * columns {
            try insert(waiting, 0..<count, by: several)
        } else {
            for start in stride(from: 0, to: count, by: columns) {
                try insert(waiting, start..<start + columns, by: one)
            }
        }
        waiting.values.removeAll(keepingCapacity: true)
        waiting.bytes.removeAll(keepingCapacity: true)
    }

    private func insert(_ waiting: borrowing Waiting, _ places: Range<Int>, by statement: BulkStatement) throws {
        let values = waiting.values[places]
        try waiting.bytes.withUnsafeBytes { bytes in
            try statement.run { row in
                var column: Int32 = 0
                for value in values {
                    column += 1
                    switch value {
                    case .null: row.bindNull(column)
                    case .integer(let number): row.bind(column, number)
                    case .real(let number): row.bind(column, number)
                    case .text(let start, let end):
                        row.bind(column, text: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                    case .blob(let start, let end):
                        row.bind(column, blob: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                    }
                }
            }
        }
    }
}
