import Foundation

/// Seconds that something takes.
enum Clock {
    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        let time = (ContinuousClock.now - start).components
        return Double(time.seconds) + Double(time.attoseconds) / 1e18
    }

    /// The best of several runs of two rivals, one after the other each time, so that both meet the same machine. A peer
    /// that takes more than a minute runs once.
    static func best(of runs: Int, _ ours: () throws -> Double, _ peer: () throws -> Double?) rethrows -> (
        Double, Double?
    ) {
        var (mine, theirs) = (Double.infinity, Double?.none)
        for run in 0..<runs {
            mine = min(mine, try ours())
            if run == 0 || theirs.map({ $0 <= 60 }) == true, let time = try peer() {
                theirs = min(theirs ?? .infinity, time)
            }
        }
        return (mine, theirs)
    }

    /// The best of three: what it takes, without what else the machine was doing. What seems to take more than 20 ms is
    /// tried up to twelve times before it is believed.
    static func atBest(_ body: () throws -> Void) rethrows -> Double {
        var best = min(try seconds(body), try seconds(body), try seconds(body))
        for _ in 3..<12 where best > 0.02 { best = min(best, try seconds(body)) }
        return best
    }
}
