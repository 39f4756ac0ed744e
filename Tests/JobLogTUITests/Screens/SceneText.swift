import JobLogCore

@testable import JobLogTUI

/// What stands in the fields that come from Redis: the same jobs and logs, written otherwise.
enum SceneText: String, CaseIterable, Sendable {
    /// As a worker would write.
    case plain
    /// Wide, combining, right-to-left, invisible and controlling characters, and words without an end.
    case hostile
    /// Each small letter replaced by a Hebrew one with a combining mark, so that nothing changes its width.
    case disguised

    /// A text as it stands in the field.
    func callAsFunction(_ text: String) -> String {
        switch self {
        case .plain: text
        case .hostile: Self.hostile(text)
        case .disguised: Self.disguise(text)
        }
    }

    /// The id of a job.
    func id(_ text: String) -> JobID {
        // The bytes of a key need be no text at all.
        guard self == .hostile, text.hasSuffix("7") else { return JobID(self(text)) }
        return JobID(bytes: Array(text.utf8) + [0xFF, 0xC0, 0x1B, 0x5B])
    }

    private static let pieces = [
        "日本語の長いテキスト", "\u{202E}gnilaiv\u{202C}\u{2066}iso\u{2069}", "👩‍👩‍👧‍👦 🇩🇪🇯🇵 👍🏽 ☀️ 1️⃣", "שלום עולם مرحبا بالعالم",
        "\u{1B}[31mred\u{1B}[0m\u{1B}]0;title\u{7}", "\u{9B}31m\u{85}c1\u{9D}\u{90}",
        "e\u{301}\u{302}\u{303}\u{304}\u{305} Z\u{351}\u{36B}ạ̷̀",
        "\u{E0041}\u{E0042}\u{E007F}\u{200B}\u{200D}\u{FEFF}\u{2060}\u{3164}zero",
        String(repeating: "endless", count: 40),
        "tab\there\r\nand\u{2028}there\u{0}", "한국어 กำลังโหลด नमस्ते", "│┌─┐█▸●",
    ]

    private static func hostile(_ text: String) -> String {
        let sum = text.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF
        let piece = pieces[sum % pieces.count]
        // Behind the text, before it, and in the middle of it.
        return switch sum / pieces.count % 3 {
        case 0: text + " " + piece
        case 1: piece + " " + text
        default: String(text.prefix(text.count / 2)) + piece + String(text.dropFirst(text.count / 2))
        }
    }

    private static let letters = Array("אבגדהוזחטיךכלםמןנסעףפץצקרשת".unicodeScalars)

    private static func disguise(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard ("a"..."z").contains(scalar) else {
                result.append(scalar)
                continue
            }
            result.append(letters[Int(scalar.value - 97)])
            result.append("\u{5B4}")
        }
        return String(result)
    }

    /// A row of a screen, with the letters that were there before they were disguised.
    static func undisguised(_ row: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in row.unicodeScalars where scalar != "\u{5B4}" {
            let index = letters.firstIndex(of: scalar)
            result.append(index.flatMap { Unicode.Scalar(97 + UInt32($0)) } ?? scalar)
        }
        return String(result)
    }
}
