/// The file in which a worker keeps log entries that Redis has not taken, so that they outlive the process.
///
/// Records are added at the end and confirmed from the beginning. The file has one owner at a time, which holds it by a
/// lock that ends with the process; whoever finds it later gets what was not confirmed (``orphans(in:atMost:)``). A
/// batch is in the file whole or not at all while the process lives; a crash in the middle of one leaves its first
/// records. Not for several threads at once: its owner has a lock.
///
/// What a crash of the process leaves is complete, because the kernel has it; what a power cut leaves is complete up
/// to the last ``synchronize()``. What was confirmed takes room in the file until nothing waits or what waits is copied
/// to a new file, which happens while that is little, and at the latest when the file is twice as large as the limit.
final class LogJournal {
    /// A record that waits, and where it ends.
    private struct Handed {
        let sequence: UInt64
        let end: Int
    }

    private var file: JournalFile?
    private var header: JournalHeader
    private var reader: JournalReader
    private let limit: Int
    /// Where the next record goes. What is behind it in the file is the rest of a write that failed.
    private var end = JournalHeader.size
    private var nextSequence: UInt64 = 1
    /// Records up to this one were written by a process that died: it may have sent them.
    private var suspectThrough: UInt64 = 0
    /// What ``next(count:bytes:)`` last handed out, so that a confirmation is for just that.
    private var handed: [Handed] = []
    private var scratch: [UInt8] = []
    private var isFolderSynchronized = false
    private var isSynchronized = false
    private var nextCompaction = LogJournal.leastCompaction

    /// Less than this is not worth copying what waits.
    private static let leastCompaction = 4 << 20
    /// More than this takes too long to copy while a worker may wait for the journal's lock: a few ms.
    private static let quickCompaction = 2 << 20
    private static let writeSize = 1 << 20

    /// How many records wait.
    private(set) var count = 0
    /// How many bytes of the file could not be read: damaged, or the last record of a process that died in writing it.
    private(set) var unreadableBytes = 0
    /// How many records were in damaged places, as far as the numbers of those around them tell.
    private(set) var unreadableRecords = 0

    /// How many bytes of the file the records that wait take.
    var bytes: Int { end - header.mark.offset }
    /// Whether no record waits.
    var isEmpty: Bool { count == 0 }
    /// The file, for messages.
    let path: String

    /// Makes an empty journal in a file of its own; the folder is made, for its owner only, when there is none.
    ///
    /// - Parameters:
    ///   - folder: its path.
    ///   - limit: how many bytes may wait.
    /// - Throws: ``JournalError`` that names the folder or file.
    init(folder: String, limit: Int = 256 << 20) throws(JournalError) {
        try JournalFolder.make(folder)
        let file = try JournalFile.create(in: try JournalFolder(path: folder))
        let header = JournalHeader(salt: .random(in: .min ... .max))
        let number = file.write(header.bytes, at: 0)
        if number != 0 {
            file.remove()
            throw JournalError(system: number, "cannot be written", path: file.path)
        }
        self.file = file
        self.header = header
        self.limit = limit
        path = file.path
        reader = JournalReader(salt: header.salt)
    }

    /// Takes over a file, of which it reads all once; nil when it is not one of this version, or when nothing in it can be
    /// read because the device fails.
    private init?(adopting file: JournalFile, limit: Int) {
        let start = file.read(min(file.size, JournalHeader.size), at: 0)
        guard let header = JournalHeader(bytes: start) else { return nil }
        self.file = file
        self.header = header
        self.limit = limit
        path = file.path
        reader = JournalReader(salt: header.salt)
        survey(file)
        if isEmpty, file.hasFailedToRead {
            self.file = nil
            return nil
        }
    }

    /// The journals of processes that have died, oldest first, held by this process from now on; at most `atMost`, so that
    /// they do not take all file descriptors. Whatever waits in them is suspect. Those without records are removed, unless
    /// something in them could not be read; files of a newer version and files that are none of ours are left alone.
    static func orphans(in folder: String, atMost: Int = 16, limit: Int = 256 << 20) -> [LogJournal] {
        guard let opened = try? JournalFolder(path: folder) else { return [] }
        for name in opened.names(endingIn: JournalFile.temporarySuffix) {
            JournalFile.adopt(name, in: opened)?.remove()
        }
        var journals: [LogJournal] = []
        for name in opened.names(endingIn: JournalFile.suffix) where journals.count < atMost {
            guard let file = JournalFile.adopt(name, in: opened) else { continue }
            if let journal = LogJournal(adopting: file, limit: limit) {
                if journal.isEmpty, journal.unreadableBytes == 0 {
                    journal.close(removing: true)
                } else {
                    journals.append(journal)
                }
            } else if file.size < JournalHeader.size, JournalHeader.isUnfinished(file.read(file.size, at: 0)) {
                if !file.hasFailedToRead { file.remove() }
            }
        }
        return journals
    }

    deinit { close(removing: false) }

    /// Adds records in their order, all of them or none.
    func append(_ records: [JournalRecord]) throws(JournalError) {
        guard let file else { throw JournalError(.closed, "The journal \(path) was closed: make a new one.") }
        var size = 0
        for record in records {
            let one = JournalFrame.size(of: record)
            if one - JournalFrame.headerSize > JournalFrame.maximumPayload {
                throw JournalError(
                    .tooLarge,
                    "The journal \(path) takes entries of up to \(JournalFrame.maximumPayload >> 20) MB, and this one has "
                        + "\(one - JournalFrame.headerSize) bytes: cut it first.")
            }
            size += one
        }
        if size > limit - bytes {
            throw JournalError(
                .full,
                "The journal \(path) has reached its limit of \(limit) bytes: bring Redis back, raise the limit, or "
                    + "drop entries.")
        }
        defer {
            // One burst must not keep its memory for ever.
            if scratch.capacity > 2 * Self.writeSize { scratch = [] } else { scratch.removeAll(keepingCapacity: true) }
        }
        var sequence = nextSequence
        var written = end
        for (index, record) in records.enumerated() {
            JournalFrame.write(record, sequence: sequence, salt: header.salt, to: &scratch)
            sequence += 1
            guard scratch.count >= Self.writeSize || index == records.count - 1 else { continue }
            let number = file.write(scratch, at: written)
            if number != 0 {
                if !file.truncate(to: end) {
                    // Their numbers are not given again, so that a reader takes none of the rest for a newer record.
                    nextSequence = sequence
                }
                throw JournalError(system: number, "cannot be written", path: path)
            }
            written += scratch.count
            scratch.removeAll(keepingCapacity: true)
        }
        end = written
        nextSequence = sequence
        count += records.count
    }

    /// The oldest records that wait, in their order: as many as fit into `count` and `bytes` of entries, and at least one
    /// if there is any. They stay until they are confirmed.
    func next(count: Int, bytes: Int) -> [JournalRecord] {
        handed.removeAll(keepingCapacity: true)
        guard let file, !isEmpty else { return [] }
        var records: [JournalRecord] = []
        var left = bytes
        var last = Handed(sequence: header.mark.sequence, end: header.mark.offset)
        while records.count < max(count, 1), let found = find(after: last, in: file) {
            let start = found.end - found.frame.size
            guard var record = reader.record(of: found.frame, at: start, end: end, in: file) else { break }
            if !records.isEmpty, record.entry.count > left { break }
            left -= record.entry.count
            if found.frame.sequence <= suspectThrough { record.isSuspect = true }
            records.append(record)
            last = Handed(sequence: found.frame.sequence, end: found.end)
            handed.append(last)
        }
        // What waited has become unreadable since it was counted.
        if records.isEmpty { giveUpTheRest() }
        return records
    }

    /// The oldest `count` records were delivered: they are never handed out again, also not after a crash.
    func confirm(_ count: Int) {
        guard let file, count > 0, !isEmpty else { return }
        var last = Handed(sequence: header.mark.sequence, end: header.mark.offset)
        if count <= handed.count {
            last = handed[count - 1]
        } else {
            var missing = count - handed.count
            last = handed.last ?? last
            while missing > 0, let found = find(after: last, in: file) {
                last = Handed(sequence: found.frame.sequence, end: found.end)
                missing -= 1
            }
        }
        handed.removeFirst(min(count, handed.count))
        self.count -= min(count, self.count)
        if isEmpty { last = Handed(sequence: nextSequence - 1, end: end) }
        move(to: last, in: file)
    }

    /// Brings what was added and confirmed to the device, so that it outlives a power cut.
    func synchronize() throws(JournalError) {
        guard let file else { return }
        let number = file.synchronize()
        if number != 0 { throw JournalError(system: number, "cannot be brought to the device", path: path) }
        isSynchronized = true
        if !isFolderSynchronized { isFolderSynchronized = file.folder.synchronize() }
    }

    /// Lets go of the file; without records it is removed in any case.
    func close(removing: Bool) {
        if removing || isEmpty { file?.remove() }
        file = nil
        count = 0
        handed = []
        scratch = []
        reader.forget()
    }

    // MARK: - Reading

    /// The next frame after a record; nil when there is none up to the end.
    private func find(after last: Handed, in file: JournalFile) -> (frame: JournalFrame, end: Int)? {
        var offset = last.end
        while offset < end {
            switch reader.find(at: offset, end: end, in: file) {
            case .frame(let frame) where frame.sequence > last.sequence:
                return (frame, offset + frame.size)
            case .frame(let frame):
                // The rest of a write that failed and could not be cut off.
                offset += frame.size
            case .damage(let until):
                offset = until
            }
        }
        return nil
    }

    /// Counts what waits in a file that was taken over, and cuts off what a crash left at its end.
    private func survey(_ file: JournalFile) {
        let size = file.size
        var offset = header.mark.offset
        var last = header.mark.sequence
        // The mark may be older or newer than the file's length when the power was cut between the two.
        if offset < JournalHeader.size || offset > size || !beginsFrame(last &+ 1, at: offset, size: size, in: file) {
            offset = JournalHeader.size
        }
        header.mark.offset = offset
        end = offset
        while offset < size {
            let start = offset
            switch reader.find(at: offset, end: size, in: file) {
            case .frame(let frame):
                offset += frame.size
                if frame.sequence <= header.mark.sequence {
                    // Confirmed: whatever was unreadable before it is no loss.
                    header.mark.offset = offset
                    unreadableBytes = 0
                    end = offset
                } else if frame.sequence > last {
                    if frame.sequence - last > 1, unreadableBytes > 0 {
                        unreadableRecords += Int(clamping: frame.sequence - last - 1)
                    }
                    last = frame.sequence
                    count += 1
                    end = offset
                }
            case .damage(let until):
                offset = until
                unreadableBytes += offset - start
            }
        }
        nextSequence = last &+ 1
        suspectThrough = last
        // Where the device could not be read, what is there may come back.
        if end < size, file.hasFailedToRead || !file.truncate(to: end) { end = size }
        reader.forget()
        if isEmpty, !file.hasFailedToRead { move(to: Handed(sequence: last, end: end), in: file) }
    }

    private func beginsFrame(_ sequence: UInt64, at offset: Int, size: Int, in file: JournalFile) -> Bool {
        if case .frame(let frame) = reader.find(at: offset, end: size, in: file) { return frame.sequence == sequence }
        return false
    }

    private func giveUpTheRest() {
        guard let file else { return }
        unreadableBytes += bytes
        unreadableRecords += count
        count = 0
        move(to: Handed(sequence: nextSequence - 1, end: end), in: file)
    }

    // MARK: - Giving back space

    private func move(to last: Handed, in file: JournalFile) {
        // A mark that cannot be written is no loss: after a crash the records come again, as suspects.
        let mark = header.move(to: JournalHeader.Mark(sequence: last.sequence, offset: last.end))
        _ = file.write(mark.bytes, at: mark.offset)
        let confirmed = last.end - JournalHeader.size
        if isEmpty {
            guard file.truncate(to: JournalHeader.size) else { return }
            end = JournalHeader.size
            header.mark.offset = end
            handed = []
            nextCompaction = Self.leastCompaction
            reader.forget()
        } else if confirmed >= max(nextCompaction, bytes), bytes <= Self.quickCompaction || end / 2 >= limit {
            if !compact(file) { nextCompaction = 2 * confirmed }
        }
    }

    /// Copies what waits to a new file that takes the old one's place.
    private func compact(_ old: JournalFile) -> Bool {
        let suffix = JournalFile.temporarySuffix
        guard let new = try? JournalFile.create(in: old.folder, suffix: suffix) else { return false }
        var header = header
        header.mark.offset = JournalHeader.size
        var isWhole = new.write(header.bytes, at: 0) == 0
        var offset = self.header.mark.offset
        let distance = offset - JournalHeader.size
        while isWhole, offset < end {
            let count = min(Self.writeSize, end - offset)
            isWhole = new.write(old.read(count, at: offset), at: offset - distance) == 0
            offset += count
        }
        // What was on the device before must be there afterwards.
        if isWhole, isSynchronized { isWhole = new.synchronize() == 0 }
        guard isWhole, !old.hasFailedToRead, new.replace(old) else {
            new.remove()
            return false
        }
        file = new
        self.header = header
        end -= distance
        handed = handed.map { Handed(sequence: $0.sequence, end: $0.end - distance) }
        nextCompaction = Self.leastCompaction
        isFolderSynchronized = false
        reader.forget()
        return true
    }
}
