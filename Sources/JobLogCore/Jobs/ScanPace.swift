/// How a `SCAN` goes easy on a server: it looks at fewer keys at once and rests longer as answers take longer, and goes
/// faster again when they come soon.
///
/// Pure: it is told how long answers took.
struct ScanPace: Sendable, Hashable {
    /// How many keys the server looks at in one `SCAN` when it is quick.
    static let most = 1_000
    /// And when it is slowest.
    static let least = 50
    /// What takes less is never slow.
    private static let quick = Duration.milliseconds(5)
    /// What takes longer is always slow: no network takes so long.
    private static let long = Duration.milliseconds(250)
    /// How many times longer than usual is slow.
    private static let slow = 4
    private static let mostBrake = 32
    private static let longestPause = Duration.seconds(1)

    /// How many keys to look at next.
    private(set) var count = most
    /// How long to rest before.
    private(set) var pause = Duration.zero
    /// The least time that an answer took.
    private var usual: Duration?
    /// How many times as long as the server took a step takes in all.
    private var brake = 1

    /// Takes in how long an answer took, without what was waited before it was asked for.
    mutating func learn(_ took: Duration) {
        if took > Self.long || took > Self.quick && usual.map({ took > $0 * Self.slow }) == true {
            brake = min(Self.mostBrake, brake * 2)
            count = max(Self.least, count / 2)
        } else {
            brake = max(1, brake / 2)
            count = min(Self.most, count * 2)
        }
        usual = min(usual ?? took, took)
        pause = min(Self.longestPause, took * (brake - 1))
    }
}
