import Phrases

/// The number of a parcel: ours, never used again. What the survey calls BSM is an attribute.
package typealias ParcelID = Int64

/// A set of parcels as people write it: `12 13 20-25`, with blanks or commas.
package struct ParcelSelection: Hashable, Sendable, LosslessStringConvertible {
    /// Ascending, not touching one another.
    package private(set) var ranges: [ClosedRange<ParcelID>] = []

    package init() {}

    package init(_ ids: some Sequence<ParcelID>) {
        self.init(ranges: ids.map { $0...$0 })
    }

    package init(ranges: [ClosedRange<ParcelID>]) {
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = self.ranges.last,
                range.lowerBound <= last.upperBound || range.lowerBound - 1 == last.upperBound
            {
                self.ranges[self.ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                self.ranges.append(range)
            }
        }
    }

    package init?(_ description: String) {
        guard let selection = try? ParcelSelection(parsing: description) else { return nil }
        self = selection
    }

    /// Reads a list of numbers and ranges.
    ///
    /// - Throws: `Refusal` that quotes the word that is not one, or says that the list is empty.
    package init(parsing text: String) throws {
        var ranges: [ClosedRange<ParcelID>] = []
        for word in text.split(whereSeparator: { $0.isWhitespace || $0 == "," || $0 == "，" }) {
            let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { end in
                end.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) ? ParcelID(end) : nil
            }
            guard ends.count <= 2, let low = ends.first ?? nil, let high = ends.last ?? nil, low > 0, low <= high else {
                throw Refusal(
                    .usage, "‘\(word)’ is not a parcel number; write numbers and ranges such as 12 13 20-25.",
                    "“\(word)”不是图斑编号；请写编号或区间，例如 12 13 20-25。")
            }
            ranges.append(low...high)
        }
        guard !ranges.isEmpty else {
            throw Refusal(.usage, "No parcel is named; write numbers such as 12 13 20-25.", "没有给出图斑编号，例如 12 13 20-25。")
        }
        self.init(ranges: ranges)
    }

    package var isEmpty: Bool { ranges.isEmpty }

    package var count: Int { ranges.reduce(0) { $0 + $1.count } }

    package func contains(_ id: ParcelID) -> Bool { ranges.contains { $0.contains(id) } }

    /// The numbers, ascending; made one at a time, since a range may be long.
    package var ids: some Sequence<ParcelID> { ranges.lazy.flatMap { $0 } }

    package var description: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: " ")
    }
}
