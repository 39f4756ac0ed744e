enum NcursesBackendTestsPlaceholder {}
