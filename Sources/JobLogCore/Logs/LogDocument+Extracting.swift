/// One log out of several.
extension LogDocument {
    /// The lines of one log alone, as they were read.
    ///
    /// - Parameters:
    ///   - source: the number of the log; in the document that is made it is 0.
    ///   - id: one of its lines.
    /// - Returns: the document, and the place of that line in it.
    public func extracted(_ source: Int, placeOf id: Int32) -> (document: LogDocument, place: Int) {
        var document = LogDocument()
        var place = 0
        var ids: [Int32: Int32] = [:]
        let (lanes, numbers) = self.lanes.extracted(source)
        for old in order where known[Int(old)].source == source {
            let new = Int32(document.known.count)
            if old == id { place = Int(new) }
            ids[old] = new
            var facts = known[Int(old)]
            facts.source = 0
            if facts.lane != LogLanes.none { facts.lane = numbers[facts.lane] ?? 0 }
            document.newestTime = max(document.newestTime, facts.time)
            document.contents.append(contents[Int(old)])
            document.known.append(facts)
            document.order.append(new)
            document.late[new] = late[old]
        }
        document.lanes = lanes
        document.isCorrected = isCorrected
        document.shownUpTo = shownUpTo
        document.sources[0] = sources[source]
        document.sources[0].head = sources[source].head.compactMap { ids[$0] }
        return (document, place)
    }
}
