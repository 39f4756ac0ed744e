import Foundation
import Testing

@testable import YAMLReader

/// What is read of a text, and what is refused.
@Suite struct YAMLReaderTests {
    private func read(_ text: String) throws -> YAMLNode? { try YAMLReader.read(Array(text.utf8)) }

    private func refusal(_ text: [UInt8]) -> String? {
        do throws(YAMLError) {
            _ = try YAMLReader.read(text)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func valuesKnowWhereTheyStand() throws {
        let root = try #require(
            try read("# settings\nutc: true\nlist:\n  columns: [job, 'é', age]\n  tail: 50\nname: \"true\"\n"))
        #expect(root["utc"]?.bool == true)
        let columns = try #require(root["list"]?["columns"])
        #expect(columns.mark == YAMLMark(line: 4, column: 12))
        #expect(columns.items?.map(\.text) == ["job", "é", "age"])
        // Columns are characters, not bytes.
        #expect(columns.items?.last?.mark == YAMLMark(line: 4, column: 23))
        #expect(root["list"]?["tail"]?.int == 50)
        #expect(root["list"]?.members?.last?.mark == YAMLMark(line: 5, column: 3))
        #expect(root["name"]?.bool == nil && root["name"]?.text == "true")
    }

    @Test(arguments: ["", "# nothing\n", "---\n...\n", "~\n", "\u{FEFF}"]) func nothingIsNothing(_ text: String) throws
    {
        #expect(try read(text) == nil)
    }

    @Test func whatPeopleWriteIsUnderstood() throws {
        let root = try #require(
            try read("\u{FEFF}a: |\n  two\n  lines\nb: >-\n  one\n  line\r\nc: {d: null, e: 'it''s'}\n"))
        #expect(root["a"]?.text == "two\nlines\n")
        #expect(root["b"]?.text == "one line")
        #expect(root["c"]?["d"]?.isNull == true && root["c"]?["d"]?.text == nil)
        #expect(root["c"]?["e"]?.text == "it's")
    }

    @Test(arguments: [
        ("a: 1\na: 2\n", "2:1: a is here a second time; it is in line 1 already"),
        ("a: 1\n---\nb: 2\n", "2:1: a second document begins here: one file has one"),
        ("a: &x 1\n", "1:4: anchors (&name) are not understood here; in quotes an & is a character"),
        ("a: *x\n", "1:4: aliases (*name) are not understood here: write the value out"),
        ("a: !!binary aGk=\n", "1:4: tags (!name) are not understood here; in quotes a ! is a character"),
        ("{[a]: 1}\n", "1:2: a name is text, no list and no mapping"),
        ("a: \"x\\0y\"\n", "1:4: there is a NUL in this text"),
        (
            "a:\n\tb: 1\n",
            "2:1: this is no YAML: while scanning for the next token, found character that cannot start any token (tabs cannot indent)"
        ),
        ("a: [1, 2\n", "2:1: this is no YAML: while parsing a flow sequence, did not find expected ',' or ']'"),
    ])
    func whatIsRefusedIsSaidWithItsPlace(_ text: String, _ sentence: String) {
        #expect(refusal(Array(text.utf8)) == sentence)
    }

    @Test func bytesThatAreNoTextAreRefused() {
        #expect(refusal(Array("a: 1\nb: é".utf8) + [0xFF]) == "2:5: this is no UTF-8")
        #expect(refusal(Array("a: \u{0}".utf8)) == "1:4: there is a NUL byte")
        #expect(refusal([0xFF, 0xFE, 0x61, 0x00])?.hasPrefix("1:") == true)
    }

    @Test func nothingTakesMuchTimeOrMemory() {
        #expect(refusal(Array(String(repeating: "[", count: 900_000).utf8))?.contains("nested too deep") == true)
        #expect(refusal(Array(repeating: 0x20, count: 1_000_001))?.contains("too large") == true)
        let many = "[" + String(repeating: "1,", count: 60_000) + "]"
        #expect(refusal(Array(many.utf8))?.contains("too many values") == true)
        #expect(refusal(Array(String(repeating: "? ", count: 400_000).utf8)) != nil)
    }
}
