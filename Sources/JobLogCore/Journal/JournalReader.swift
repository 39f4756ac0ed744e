/// Finds the frames in a journal's file, through one window of it in memory.
struct JournalReader {
    /// What is at a place in the file.
    enum Finding {
        /// A whole frame.
        case frame(JournalFrame)
        /// Nothing that can be read; the next frame, if any, is at this offset or later.
        case damage(until: Int)
    }

    private static let windowSize = 128 << 10

    private let salt: UInt32
    private var window: [UInt8] = []
    private var windowStart = 0

    init(salt: UInt32) {
        self.salt = salt
    }

    /// Lets go of the window: what it shows may not be in the file any more.
    mutating func forget() {
        window = []
        windowStart = 0
    }

    /// What is at `offset`, where a frame should begin, in a file that ends at `end`.
    mutating func find(at offset: Int, end: Int, in file: JournalFile) -> Finding {
        let salt = salt
        let header = withBytes(JournalFrame.headerSize, at: offset, end: end, of: file) {
            JournalFrame(header: $0, salt: salt)
        }
        guard let frame = header ?? nil else {
            return .damage(until: nextMark(after: offset, end: end, in: file))
        }
        // The header's own check makes its lengths true: such a frame was cut off, or its inside has changed.
        guard offset + frame.size <= end else { return .damage(until: end) }
        let isIntact = withBytes(frame.size, at: offset, end: end, of: file) { frame.isIntact($0, salt: salt) }
        return isIntact == true ? .frame(frame) : .damage(until: offset + frame.size)
    }

    /// The record of a frame found at `offset`.
    mutating func record(of frame: JournalFrame, at offset: Int, end: Int, in file: JournalFile) -> JournalRecord? {
        withBytes(frame.size, at: offset, end: end, of: file) { frame.record(in: $0) }
    }

    private mutating func nextMark(after offset: Int, end: Int, in file: JournalFile) -> Int {
        var offset = offset + 1
        while offset < end {
            let count = min(Self.windowSize, end - offset)
            let found = withBytes(count, at: offset, end: end, of: file) { bytes -> Int? in
                var place = 0
                while let first = bytes[place...].firstIndex(of: JournalFrame.mark[0]) {
                    if bytes[first...].starts(with: JournalFrame.mark) { return first }
                    place = first + 1
                }
                return nil
            }
            if let found, let found { return offset + found }
            // A mark may lie across the end of what was looked at.
            offset += max(1, count - (JournalFrame.mark.count - 1))
        }
        return end
    }

    private mutating func withBytes<Result>(
        _ count: Int, at offset: Int, end: Int, of file: JournalFile, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        guard offset + count <= end else { return nil }
        if offset < windowStart || offset + count > windowStart + window.count {
            window = file.read(max(count, min(Self.windowSize, end - offset)), at: offset)
            windowStart = offset
        }
        let start = offset - windowStart
        return window.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start..<start + count])) }
    }
}
