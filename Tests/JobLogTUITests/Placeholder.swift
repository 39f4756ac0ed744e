enum JobLogTUITestsPlaceholder {}
