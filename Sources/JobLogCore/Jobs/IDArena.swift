#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The bytes of many ids in one place, by number: they are compared without touching one object each.
package struct IDArena: Sendable {
    fileprivate struct Span: Sendable {
        var start: UInt32 = 0
        var count: UInt32 = 0
    }

    /// An arena without ids.
    package init() {}

    private var bytes: [UInt8] = []
    private var spans: [Span] = []
    /// How many bytes belong to no id any more.
    private var waste = 0

    /// One more than the greatest number.
    package var limit: Int { spans.count }

    /// The id of a number.
    package subscript(number: Int32) -> JobID {
        let span = spans[Int(number)]
        return JobID(bytes: bytes[Int(span.start)..<Int(span.start + span.count)])
    }

    /// Gives a number, at most ``limit``, an id.
    package mutating func set(_ number: Int32, to id: JobID) {
        if Int(number) == spans.count { spans.append(Span()) }
        waste += Int(spans[Int(number)].count)
        spans[Int(number)] = Span(start: UInt32(bytes.count), count: UInt32(id.bytes.count))
        bytes += id.bytes
        if waste > 65_536, waste > bytes.count / 2 { compact() }
    }

    /// Whether a number's id has these bytes.
    func holds(_ id: UnsafeBufferPointer<UInt8>, at number: Int32) -> Bool {
        let span = spans[Int(number)]
        guard Int(span.count) == id.count else { return false }
        guard let other = id.baseAddress else { return true }
        return bytes.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { memcmp($0 + Int(span.start), other, id.count) == 0 } ?? false
        }
    }

    private mutating func compact() {
        var packed: [UInt8] = []
        packed.reserveCapacity(bytes.count - waste)
        for index in spans.indices {
            let span = spans[index]
            spans[index].start = UInt32(packed.count)
            packed += bytes[Int(span.start)..<Int(span.start + span.count)]
        }
        bytes = packed
        waste = 0
    }

    /// Whether what a search looks for is in an id; nil where it is not and the id is more than ASCII.
    package func isFound(_ search: ByteSearch, in number: Int32) -> Bool? {
        let span = spans[Int(number)]
        return bytes.withUnsafeBufferPointer { bytes in
            let id = UnsafeBufferPointer(rebasing: bytes[Int(span.start)..<Int(span.start + span.count)])
            return search.first(in: id, from: 0) != nil ? true : id.contains { $0 >= 0x80 } ? nil : false
        }
    }

    /// Gives what compares ids, for as long as `body` runs.
    package func comparing<Result>(_ body: (Comparison) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBufferPointer { bytes in
            try spans.withUnsafeBufferPointer { spans in try body(Comparison(bytes: bytes, spans: spans)) }
        }
    }

    /// Compares ids by their bytes.
    package struct Comparison {
        fileprivate let bytes: UnsafeBufferPointer<UInt8>
        fileprivate let spans: UnsafeBufferPointer<Span>

        /// Below 0 where the first id precedes the other, 0 where they are the same.
        package func order(_ one: Int32, _ other: Int32) -> Int {
            let (first, second) = (spans[Int(one)], spans[Int(other)])
            let common = Int(min(first.count, second.count))
            if common > 0, let base = bytes.baseAddress {
                let order = memcmp(base + Int(first.start), base + Int(second.start), common)
                if order != 0 { return Int(order) }
            }
            return Int(first.count) - Int(second.count)
        }

        /// How many bytes all these ids begin with in common.
        package func commonPrefix(of numbers: some Collection<Int32>) -> Int {
            guard let one = numbers.first.map({ spans[Int($0)] }) else { return 0 }
            var length = Int(one.count)
            for number in numbers {
                let span = spans[Int(number)]
                length = min(length, Int(span.count))
                var same = 0
                while same < length, bytes[Int(one.start) + same] == bytes[Int(span.start) + same] { same += 1 }
                length = same
            }
            return length
        }

        /// The eight bytes of an id after its first `offset`, as a number that is ordered as they are.
        package func digits(of number: Int32, after offset: Int) -> UInt64 {
            let span = spans[Int(number)]
            var digits: UInt64 = 0
            for place in offset..<offset + 8 {
                digits <<= 8
                if place < Int(span.count) { digits |= UInt64(bytes[Int(span.start) + place]) }
            }
            return digits
        }
    }
}
