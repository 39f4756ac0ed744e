import JobLogCore
import Testing

@Suite struct ErrorReportTests {
    @Test func theNewestBreadcrumbsAreKept() {
        let lines = (1...60).map { LogLine(.info, "line \($0)", timestamp: Int64($0)) }
        var report = ErrorReport(jobID: JobID("job-1"), message: "x", timestamp: 5, breadcrumbs: lines)
        #expect(report.breadcrumbs.map(\.timestamp) == Array(11...60))
        report.setBreadcrumbs(Array(lines.prefix(2)))
        #expect(report.breadcrumbs.map(\.message) == ["line 1", "line 2"])
        #expect(report.timestamp == 5)
    }
}
