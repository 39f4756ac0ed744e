import RedisClient

/// One round after another of looking for jobs: the index once, then the keys of the server by `SCAN`.
///
/// Pure: it says where to go on.
struct FeedDiscovery: Sendable {
    /// How long after a round the next one begins.
    static let interval = Duration.seconds(60)

    /// Where the round goes on; nil begins with the index.
    private(set) var cursor: JobCursor?
    /// Whether a round is under way, or due.
    private(set) var isDue = true
    /// Why some keys could not be looked at in this round.
    private(set) var problem: RedisError?
    /// Which round it is: what was asked for in an earlier one is of no use.
    private(set) var round = 0
    /// How fast the server let itself be looked through last.
    private var pace = ScanPace()

    /// The next round is due, and looks at the index first.
    mutating func begin() {
        round += 1
        cursor = nil
        isDue = true
        problem = nil
    }

    /// Takes a page; afterwards the round goes on, or is complete.
    mutating func take(_ page: JobLister.Page) {
        learn(page)
        problem = problem ?? page.problem
        cursor = page.next == JobLister.scanStart ? JobLister.scanStart(pace) : page.next
        isDue = page.next != nil
    }

    /// Takes from a page how fast the server let itself be looked through, also from one of an earlier round.
    mutating func learn(_ page: JobLister.Page) {
        if let pace = page.pace { self.pace = pace }
    }

    /// What was found at an earlier cursor of this round is to be looked for again.
    mutating func goBack(to cursor: JobCursor?) {
        self.cursor = cursor
        isDue = true
    }

    /// The round cannot go on; the next begins anew.
    mutating func end() {
        cursor = nil
        isDue = false
    }
}
