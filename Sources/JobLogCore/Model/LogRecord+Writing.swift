extension JSONWriter {
    /// Writes a member whose value is an array of entries, each as ``LogRecord/json()`` gives it.
    package mutating func member(_ key: StaticString, _ records: [LogRecord]) {
        member(key, array: records) { $0.value($1) }
    }

    /// Writes an entry as ``LogRecord/json()`` gives it. Most are stored as they are written, and are copied.
    package mutating func value(_ record: LogRecord) {
        if record.isHarmlessJSON {
            copy(json: record.bytes)
        } else {
            value(record.json())
        }
    }
}
