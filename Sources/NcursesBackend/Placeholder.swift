enum NcursesBackendPlaceholder {}
