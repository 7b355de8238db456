import Dispatch
import Geometry

/// Paints the overview of a new layer on a thread of its own, while the layer's features are written.
final class Painting {
    /// A feature's shape, and what its cells hold.
    private struct Stroke: Sendable {
        let shape: Shape
        let cell: UInt16
    }

    /// What the two threads share: strokes on their way, and room for more.
    private struct Way: Sendable {
        let belt = Belt<[Stroke]>()
        /// Begins at 0 and is raised: a semaphore that ends below its beginning would stop the program.
        let free = DispatchSemaphore(value: 0)
    }

    private static let batch = 256
    /// How many batches may wait, so that a painter who is late does not fill the memory.
    private static let most = 16

    private let way = Way()
    private let canvas: Later<OverviewCanvas>
    private var strokes: [Stroke] = []
    private var isOver = false

    init(at place: OverviewPlace) {
        for _ in 0..<Self.most { way.free.signal() }
        canvas = Later("painting") { [way] _ in
            var canvas = OverviewCanvas(at: place)
            var failure: (any Error)?
            while true {
                let strokes = way.belt.take()
                if strokes.isEmpty { break }
                // Who sends waits for room, also where nothing can be painted any more.
                defer { way.free.signal() }
                guard failure == nil else { continue }
                do {
                    for stroke in strokes { try canvas.paint(stroke.shape, stroke.cell) }
                } catch { failure = error }
            }
            if let failure { throw failure }
            return canvas
        }
    }

    deinit { end() }

    func paint(_ shape: Shape, _ cell: UInt16) {
        strokes.append(Stroke(shape: shape, cell: cell))
        if strokes.count == Self.batch { send() }
    }

    /// The canvas, once all is painted.
    func finish() -> Later<OverviewCanvas> {
        if !strokes.isEmpty { send() }
        end()
        return canvas
    }

    private func send() {
        way.free.wait()
        way.belt.put(strokes)
        strokes = []
        strokes.reserveCapacity(Self.batch)
    }

    private func end() {
        if !isOver { way.belt.put([]) }
        isOver = true
    }
}
