import Geometry
import Phrases

/// A field of a layer, as files declare it.
package struct CountyField: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Text of at most `width` characters.
        case text(width: Int)
        case integer
        case real(decimals: Int)
    }

    package let name: String
    package let kind: Kind

    package init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// A value of a feature. Reals are given to the decimals that their field declares.
package enum CountyValue: Hashable, Sendable {
    case null
    case text(String)
    case integer(Int64)
    case real(Double)
}

/// A row of a layer: a value for each field, and its shape.
package struct CountyFeature: Hashable, Sendable {
    package var values: [CountyValue]
    package var shape: Shape
    /// The area in hundredths of a square metre, where it was measured on the way.
    package var size: Int64?
}

/// A layer of the invented county, made while it is read: nothing of it is kept.
package struct CountyLayer: Sendable {
    /// What there is to make.
    enum Content: Sendable {
        case units, villages, farmland, redLine, urbanBoundary, plannedUse, roads
        case survey(year: Int)
        case listed(Listed)
    }

    /// The standard name, for a survey with its year: `DLTB_2025`.
    package let name: String
    package let title: Phrase
    package let geometry: Shape.Kind
    package let fields: [CountyField]
    let content: Content
    /// Stands before the running number in BSM, so that BSM is unique over the whole database.
    let serial: Int
    let county: County

    /// Gives every feature in turn, always in the same order.
    package func forEachFeature(_ body: (CountyFeature) throws -> Void) rethrows {
        switch content {
        case .survey(let year): try county.forEachSurveyed(year, self, body)
        case .units: try county.forEachUnit(self, body)
        case .villages: try county.forEachVillage(self, body)
        case .farmland: try county.forEachFarmland(self, body)
        case .redLine: try county.forEachRedLine(self, body)
        case .urbanBoundary: try county.forEachUrbanBoundary(self, body)
        case .plannedUse: try county.forEachPlannedUse(self, body)
        case .roads: try county.forEachRoad(self, body)
        case .listed(let listed): try county.forEachListed(listed, self, body)
        }
    }

    /// The BSM of the layer's feature number `number`, counted from 1: county, layer, eight digits.
    func bsm(_ number: Int) -> CountyValue {
        let code = county.names.county.digits.utf8
        return .text(
            String(unsafeUninitializedCapacity: code.count + 12) { text in
                for (place, digit) in code.enumerated() { text[place] = digit }
                var rest = serial * 100_000_000 + number
                for place in (code.count..<code.count + 12).reversed() {
                    text[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
                return code.count + 12
            })
    }
}

/// `text` or null.
func optional(_ text: String?) -> CountyValue { text.map { .text($0) } ?? .null }

/// An area in hundredths of a square metre, as square metres.
func area(_ hundredths: Int64) -> CountyValue { .real(Double(hundredths) / 100) }
