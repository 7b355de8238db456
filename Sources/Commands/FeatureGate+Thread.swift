import GeoBridge
import Geometry
import Phrases
import Store
import Stream

/// A batch of features with what the gate says of each, in their order.
struct ExaminedBatch: Sendable {
    enum Verdict: Sendable {
        case passed(FeatureGate.Passed)
        case refused(Phrase)
        /// The source gives no geometry for it.
        case bare
    }

    var batch: FeatureBatch
    var verdicts: [Verdict]
    /// What its shapes cover in the source's own coordinates.
    var sourceBox = Box.empty

    /// - Throws: what is no fault of a feature's.
    init(_ batch: FeatureBatch, by gate: FeatureGate, kind: Shape.Kind) throws {
        self.batch = batch
        verdicts = []
        verdicts.reserveCapacity(batch.count)
        var cursor = batch.features
        while try cursor.advance() {
            guard case .wkb(let range) = cursor.geometry else {
                verdicts.append(.bare)
                continue
            }
            do {
                let passed = try batch.payload.withUnsafeBytes {
                    try gate.pass(UnsafeRawBufferPointer(rebasing: $0[range]), kind: kind, sourceBox: &sourceBox)
                }
                verdicts.append(.passed(passed))
            } catch let refused as FeatureGate.Refused {
                verdicts.append(.refused(refused.reason))
            }
        }
    }
}

/// The gate on a thread of its own, so that examining the next features does not wait for writing the last ones.
///
/// Batches come out in the order in which they went in.
final class GateThread {
    private let asked = Belt<FeatureBatch?>()
    private let answers = Belt<Result<ExaminedBatch, any Error>>()
    private let thread: Later<Void>
    /// How many batches are on the way.
    private(set) var underway = 0
    /// More than this would only fill the memory.
    static let most = 3

    /// - Parameter kind: of the layer's geometry.
    init(system: CoordinateSystem?, kind: Shape.Kind) {
        // GEOS and PROJ keep to the thread that made them: the gate is made there.
        thread = Later("gate") { [asked, answers] _ in
            let gate = Result { try FeatureGate(transformation: nil, system: system) }
            while let batch = asked.take() {
                answers.put(Result { try ExaminedBatch(batch, by: gate.get(), kind: kind) })
            }
        }
    }

    /// Waits until the thread has left GEOS.
    deinit {
        asked.put(nil)
        thread.cancel()
    }

    func put(_ batch: FeatureBatch) {
        underway += 1
        asked.put(batch)
    }

    func take() throws -> ExaminedBatch {
        underway -= 1
        return try answers.take().get()
    }
}
