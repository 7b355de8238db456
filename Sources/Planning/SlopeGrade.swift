import Phrases

/// The grades of slope by which the survey tells farmland (耕地坡度级): up to and with 2, 6, 15 and 25 degrees, and above.
///
/// Technical Regulations for the Third National Land Survey, TD/T 1055-2019.
package enum SlopeGrade: Int, CaseIterable, Sendable {
    case flat = 1, gentle, sloping, steep, verySteep

    /// The steepest slope of each grade but the last, in degrees.
    package static let bounds: [Double] = [2, 6, 15, 25]

    package init(degrees: Double) {
        switch degrees {
        case ...2: self = .flat
        case ...6: self = .gentle
        case ...15: self = .sloping
        case ...25: self = .steep
        default: self = .verySteep
        }
    }

    /// What it covers, such as `2–6°`.
    package var range: String {
        switch self {
        case .flat: "≤2°"
        case .verySteep: ">25°"
        default: "\(Int(Self.bounds[rawValue - 2]))–\(Int(Self.bounds[rawValue - 1]))°"
        }
    }
}
