enum JobLogCoreTestsPlaceholder {}
