import Foundation

/// Decodes the entries of a file, one a line, by `JSONDecoder`, and prints the median time of one in ns: what joblog-bench
/// sets joblog's own decoding against. The sources of joblog do without Foundation, so it is a program of its own.
///
/// `DecodeBaseline FILE ROUNDS`
@main
enum DecodeBaseline {
    /// What a line of a log shows of an entry.
    private struct Headline: Decodable {
        let timestamp: Int64
        let type: String
        let message: String
    }

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let rounds = Int(arguments[2]), rounds > 0 else { exit(64) }
        let entries = try Data(contentsOf: URL(filePath: arguments[1])).split(separator: UInt8(ascii: "\n"))
            .map { Data($0) }
        let decoder = JSONDecoder()
        var times: [Double] = []
        for _ in 0..<rounds {
            var decoded = 0
            let elapsed = try ContinuousClock().measure {
                for entry in entries where try !decoder.decode(Headline.self, from: entry).message.isEmpty {
                    decoded += 1
                }
            }
            guard decoded == entries.count else { exit(1) }
            times.append(elapsed / .nanoseconds(1) / Double(entries.count))
        }
        print(times.sorted()[times.count / 2])
    }
}
