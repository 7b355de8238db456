import Foundation

/// Seconds that something takes.
enum Clock {
    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        let time = (ContinuousClock.now - start).components
        return Double(time.seconds) + Double(time.attoseconds) / 1e18
    }

    /// The best of several runs of two rivals, one after the other each time, so that both meet the same machine. A run
    /// of more than a minute is enough by itself: only the other rival runs again.
    static func best(of runs: Int, _ ours: () throws -> Double, _ peer: () throws -> Double?) rethrows -> (
        Double, Double?
    ) {
        var (mine, theirs) = (Double.infinity, Double?.none)
        for run in 0..<runs {
            if run == 0 || mine <= 60 { mine = min(mine, try ours()) }
            if run == 0 || theirs.map({ $0 <= 60 }) == true, let time = try peer() {
                theirs = min(theirs ?? .infinity, time)
            }
        }
        return (mine, theirs)
    }

    /// The best of three: what it takes, without what else the machine was doing.
    static func bestOfThree(_ body: () throws -> Void) rethrows -> Double {
        min(try seconds(body), try seconds(body), try seconds(body))
    }
}
