import Dispatch
import JobLogCore
import JobLogTUI
import Synchronization
import TerminalUI

/// Carries alerts out of the screen: the bell and sequences between frames, programs on a thread of its own.
@MainActor
final class AlertDesk {
    private static let tool = "notify-send"

    private nonisolated let queue = DispatchQueue(label: "joblog.alerts")
    private let backend: any TerminalBackend
    private nonisolated let report: @Sendable (String) -> Void
    /// The ways that have failed: that is said once.
    private nonisolated let failed = Mutex<Set<AlertWay>>([])
    private lazy var usual = DesktopWay.find({ Environment[$0] }, hasTool: Tool.isThere(Self.tool))

    /// - Parameters:
    ///   - backend: the terminal.
    ///   - report: gets a sentence when a way does not work; from any thread.
    init(backend: any TerminalBackend, report: @escaping @Sendable (String) -> Void) {
        self.backend = backend
        self.report = report
    }

    /// Carries an alert out.
    func carryOut(_ order: AlertOrder) {
        switch order.way == .desktop ? usual : order.way {
        case .toast, .desktop: break
        case .bell: backend.ring()
        case .osc9: notify(.osc9, order)
        case .osc777: notify(.osc777, order)
        case .notifySend: run(order)
        }
    }

    private func notify(_ kind: TerminalNotification.Kind, _ order: AlertOrder) {
        let isSent = backend.notify(TerminalNotification(kind, title: order.title, text: order.text))
        if !isSent { fail(order.way, "this terminal makes no notifications") }
    }

    private nonisolated func fail(_ way: AlertWay, _ reason: String) {
        guard failed.withLock({ $0.insert(way).inserted }) else { return }
        report("Alerts by \(way.rawValue) do not come: \(reason).")
    }

    private func run(_ order: AlertOrder) {
        // After the first failure there are no more: each might take its seconds.
        guard !failed.withLock({ $0.contains(order.way) }) else { return }
        let arguments = [
            Self.tool, "--app-name=joblog", "--", TerminalText.line(order.title),
            Self.escaped(TerminalText.line(order.text)),
        ]
        queue.async { @Sendable in
            do throws(Failure) {
                try Tool.run(arguments)
            } catch {
                self.fail(order.way, error.message)
            }
        }
    }

    /// The text of a notification is markup.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
