import JobLogCore
import RedisClient

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A worker process for tests: its first argument names what it does, the others are that mode's.
@main
struct Probe {
    static func main() async {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            switch arguments.first {
            case "race": try await Race(arguments: Array(arguments.dropFirst())).run()
            case "write": try await Write(arguments: Array(arguments.dropFirst())).run()
            case "guide": try await Guide(arguments: Array(arguments.dropFirst())).run()
            case "posts": try await Posts(arguments: Array(arguments.dropFirst())).run()
            default: throw Failure("no such mode: \(arguments.first ?? "none")")
            }
        } catch {
            print("error: \(error)")
            exit(1)
        }
    }

    /// Prints a line that a test waits for.
    static func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    /// What went wrong, as a sentence.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }
}
