import JobLogCore
import TerminalUI

@testable import JobLogTUI

/// A screen that is open at a log.
extension ScreenTests.Driver {
    static func log(_ records: [LogRecord], _ width: Int = 80, _ height: Int = 24) -> Self {
        var driver = Self(width, height, opening: JobID("job"))
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.open(records)
        return driver
    }

    mutating func open(_ records: [LogRecord]) {
        take(.feed(.log(JobID("job"), .opened(records, length: records.count))))
        settle()
    }

    mutating func append(_ records: [LogRecord]) {
        take(.feed(.log(JobID("job"), .appended(records, recovered: false))))
        settle()
    }

    mutating func type(_ text: String) {
        for scalar in text.unicodeScalars { press(Key(scalar)) }
    }

    /// The row of the cursor's line.
    mutating func cursorRow() -> String { rows().first { $0.hasPrefix("▸") } ?? "" }

    mutating func footer() -> String { rows().last ?? "" }
}
