/// Numbers of job ids: an index over an ``IDArena``.
///
/// Of a hundred thousand jobs each is looked up several times in a round of discovery, most of them where they are in no
/// cache. A dictionary of ids would look at an object for each that it compares; here a part of the hash lies beside the
/// number, so that only the bytes of the id itself are looked at. Whoever keeps the table gives the numbers.
package struct JobIDTable: Sendable {
    package typealias Number = Int32

    private struct Slot {
        static let empty = Slot(mark: 0, number: -1)

        /// A part of the id's hash.
        var mark: UInt32
        var number: Number
    }

    /// The ids by number, also of numbers that were removed.
    package private(set) var ids = IDArena()
    /// How many ids are in the table.
    package private(set) var count = 0
    /// A power of two of them, half of them empty at least. An id is in the first free one from where its hash points.
    private var slots = Array(repeating: Slot.empty, count: 16)

    /// A table without ids.
    package init() {}

    /// One more than the greatest number.
    package var limit: Int { ids.limit }

    /// The id of a number.
    package subscript(number: Number) -> JobID { ids[number] }

    /// The number of an id; nil where it has none.
    package func number(of id: JobID) -> Number? {
        let place = place(of: id, Self.mark(of: id))
        return slots[place].number < 0 ? nil : slots[place].number
    }

    /// Gives an id that has no number one that is not in use, at most ``limit``.
    package mutating func insert(_ id: JobID, as number: Number) {
        if 2 * (count + 1) > slots.count { grow() }
        let mark = Self.mark(of: id)
        let place = place(of: id, mark)
        precondition(slots[place].number < 0, "an id has one number")
        ids.set(number, to: id)
        slots[place] = Slot(mark: mark, number: number)
        count += 1
    }

    /// Takes an id out; gives the number that it had.
    package mutating func remove(_ id: JobID) -> Number? {
        var gap = place(of: id, Self.mark(of: id))
        let number = slots[gap].number
        guard number >= 0 else { return nil }
        count -= 1
        // Those that follow move up, where the gap lies between them and where their hash points.
        var place = next(gap)
        while slots[place].number >= 0 {
            let home = start(slots[place].mark)
            let (toPlace, toGap) = ((place &- home) & (slots.count - 1), (gap &- home) & (slots.count - 1))
            if toGap < toPlace {
                slots[gap] = slots[place]
                gap = place
            }
            place = next(place)
        }
        slots[gap] = .empty
        return number
    }

    /// Where an id is, or is to be put.
    private func place(of id: JobID, _ mark: UInt32) -> Int {
        id.bytes.withUnsafeBufferPointer { bytes in
            var place = start(mark)
            while slots[place].number >= 0 {
                if slots[place].mark == mark, ids.holds(bytes, at: slots[place].number) { break }
                place = next(place)
            }
            return place
        }
    }

    private func start(_ mark: UInt32) -> Int { Int(mark) & (slots.count - 1) }

    private func next(_ place: Int) -> Int { (place + 1) & (slots.count - 1) }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: .empty, count: 2 * old.count)
        for slot in old where slot.number >= 0 {
            var place = start(slot.mark)
            while slots[place].number >= 0 { place = next(place) }
            slots[place] = slot
        }
    }

    /// Swift's hash is seeded: nobody can name jobs so that they all meet in one place.
    private static func mark(of id: JobID) -> UInt32 {
        var hasher = Hasher()
        id.hash(into: &hasher)
        return UInt32(truncatingIfNeeded: hasher.finalize())
    }
}
