import Dispatch
import JobLogTUI

/// Looks at entries of logs beside the screen's loop, on two threads that are there only while there is something to do.
final class Lookers: Sendable {
    private let queues = (0..<2).map { DispatchQueue(label: "joblog.looker.\($0)") }

    /// Looks at some entries; `take` gets the answer, unless nobody waits for it any more.
    func look(at exam: LogExam, _ take: @escaping @Sendable (LogAnswer) -> Void) {
        let index = Int(exam.number % UInt(queues.count))
        queues[index].async { @Sendable in
            if let answer = exam.answer() { take(answer) }
        }
    }
}
