/// How lines come in and find their places: those that follow are appended, others are merged in, each batch in one pass.
extension LogDocument {
    /// How many of a log's first entries are kept to ask for what precedes them.
    private static let headLength = 16

    /// Adds entries that follow, in list order, all that were added of their log before.
    ///
    /// - Parameters:
    ///   - records: the entries.
    ///   - source: the number of the log.
    ///   - now: Unix ms.
    ///   - isLive: whether they have come in just now, so that those behind what was shown are late.
    public mutating func append(
        _ records: [LogRecord], from source: Int = 0, now: Int64 = Timestamp.now(), isLive: Bool = false
    ) {
        guard !records.isEmpty else { return }
        merge(take(records, from: source, now: now, isLive: isLive), of: source)
    }

    /// Adds entries as ``append(_:from:now:isLive:)`` does, but puts them nowhere yet; their ids, in list order.
    mutating func take(_ records: [LogRecord], from source: Int, now: Int64, isLive: Bool = false) -> [Int32] {
        var batch: [Int32] = []
        batch.reserveCapacity(records.count)
        var last = sources[source].lastTime
        for record in records {
            let id = add(record, from: source, after: last, now: now)
            last = known[Int(id)].time
            if isLive, last < shownUpTo - Self.lateness, known[Int(id)].own != nil { late[id] = shownUpTo - last }
            batch.append(id)
        }
        sources[source].lastTime = last
        sources[source].entryCount += records.count
        if sources[source].head.count < Self.headLength {
            sources[source].head += batch.prefix(Self.headLength - sources[source].head.count)
        }
        return batch
    }

    /// Adds entries that precede, in list order, all that were added of their log before.
    public mutating func prepend(_ records: [LogRecord], from source: Int = 0, now: Int64 = Timestamp.now()) {
        guard !records.isEmpty else { return }
        var time: Int64 = 0
        var older: [Int32] = []
        older.reserveCapacity(records.count)
        for record in records {
            let id = add(record, from: source, after: time, now: now)
            time = known[Int(id)].time
            older.append(id)
        }
        sources[source].entryCount += records.count
        sources[source].head = Array((older.prefix(Self.headLength) + sources[source].head).prefix(Self.headLength))
        sort(&older)
        mergeInFront(older, of: source)
        changedFrom = 0
    }

    /// Adds a remark below all lines of a log; its later entries stay below it.
    ///
    /// - Parameters:
    ///   - mark: the remark.
    ///   - source: the number of the log.
    ///   - next: the time of what follows it, Unix ms; among other logs' lines the remark stands there. Nil: below all.
    public mutating func append(_ mark: Mark, from source: Int = 0, before next: Int64? = nil) {
        guard sources.count > 1 else {
            changedFrom = min(changedFrom, order.count)
            order.append(add(mark, from: source, at: sources[source].lastTime))
            return
        }
        let time = max(sources[source].lastTime, next ?? order.last.map { self.time($0) } ?? 0)
        let id = add(mark, from: source, at: time)
        sources[source].lastTime = time
        merge([id], of: source)
    }

    /// Adds a remark behind all lines of its time and before; entries are sorted around it as they are without it.
    public mutating func insert(_ mark: Mark, at time: Int64, from source: Int = 0) {
        let id = add(mark, from: source, at: time)
        var index = order.count
        while index > 0, known[Int(order[index - 1])].time > time { index -= 1 }
        order.insert(id, at: index)
        changedFrom = min(changedFrom, index)
    }

    /// Takes all lines of a log out, which is being read anew.
    public mutating func removeAll(from source: Int) {
        for id in order where known[Int(id)].source == source {
            lanes.forget(known[Int(id)].lane)
            known[Int(id)].level = nil
            late[id] = nil
        }
        order.removeAll { known[Int($0)].source == source }
        sources[source] = Source()
        changedFrom = 0
    }

    /// Adds a line at the end, whatever its time is: the order is another one than that of time.
    mutating func place(_ record: LogRecord, from source: Int, at time: Int64, now: Int64) -> Int32 {
        let id = add(record, from: source, after: time, now: now)
        known[Int(id)].time = time
        sources[source].entryCount += 1
        order.append(id)
        return id
    }

    // MARK: - Columns

    private mutating func add(_ record: LogRecord, from source: Int, after previous: Int64, now: Int64) -> Int32 {
        let (read, signature) = LineFacts.read(record)
        var facts = read
        facts.source = source
        facts.lane = lanes.count(signature.worker, of: record, from: source)
        if signature.clockSkew != 0 { isCorrected = true }
        let own = facts.own
        let future = own.map { $0 > now + 60_000 } ?? false
        // One from the future would stay below all that come after it.
        facts.time = future ? previous : own ?? previous
        facts.isFromFuture = future
        newestTime = max(newestTime, facts.time)
        contents.append(.entry(record))
        known.append(facts)
        return Int32(known.count - 1)
    }

    private mutating func add(_ mark: Mark, from source: Int, at time: Int64) -> Int32 {
        contents.append(.mark(mark))
        known.append(LineFacts(mark, at: time, source: source))
        return Int32(known.count - 1)
    }

    // MARK: - Order

    /// Whether a line stands behind one with these facts.
    @inline(__always)
    private func isBehind(_ id: Int32, _ facts: LineFacts) -> Bool {
        let other = known[Int(id)]
        return other.time > facts.time || other.time == facts.time && other.source > facts.source
    }

    /// Whether nothing of a log is sorted across a line.
    @inline(__always)
    private func isBarrier(_ id: Int32, of source: Int) -> Bool {
        let facts = known[Int(id)]
        return facts.level == nil && facts.source == source
    }

    private mutating func merge(_ batch: [Int32], of source: Int) {
        var batch = batch
        sort(&batch)
        let first = known[Int(batch[0])]
        var start = order.count
        while start > 0, isBehind(order[start - 1], first), !isBarrier(order[start - 1], of: source) { start -= 1 }
        changedFrom = min(changedFrom, start)
        guard start < order.count else {
            order += batch
            return
        }
        let tail = Array(order[start...])
        order.removeLast(tail.count)
        order.reserveCapacity(start + tail.count + batch.count)
        var index = 0
        for id in batch {
            let facts = known[Int(id)]
            while index < tail.count, !isBehind(tail[index], facts) {
                order.append(tail[index])
                index += 1
            }
            order.append(id)
        }
        order += tail[index...]
    }

    private mutating func mergeInFront(_ older: [Int32], of source: Int) {
        guard let first = order.first, let last = older.last, isBehind(last, known[Int(first)]) else {
            order = older + order
            return
        }
        var merged: [Int32] = []
        merged.reserveCapacity(older.count + order.count)
        var next = 0
        for id in order {
            let facts = known[Int(id)]
            let isEnd = isBarrier(id, of: source)
            while next < older.count, isEnd || !isBehind(older[next], facts) {
                merged.append(older[next])
                next += 1
            }
            merged.append(id)
        }
        order = merged + older[next...]
    }

    /// Stable: equal times stay in list order.
    private func sort(_ ids: inout [Int32]) {
        guard !zip(ids, ids.dropFirst()).allSatisfy({ time($0) <= time($1) }) else { return }
        ids = ids.enumerated().sorted { (time($0.element), $0.offset) < (time($1.element), $1.offset) }.map(\.element)
    }
}
