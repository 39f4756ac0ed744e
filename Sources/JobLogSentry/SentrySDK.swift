/// What this calls itself towards Sentry.
enum SentrySDK {
    static let name = "joblog.swift"
    static let version = "1.0.0"
}
