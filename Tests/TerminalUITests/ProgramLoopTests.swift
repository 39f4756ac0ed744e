import Dispatch
import TerminalUI
import Testing

/// Writes what happened; a number is shown, keys do one thing each.
private struct Counter: Program {
    enum Message: Sendable, Equatable { case event(InputEvent), add(Int), tick, last }
    enum Effect: Equatable { case end, redraw, stop, note(String) }
    struct Model: Equatable {
        var sum = 0
        var sizes: [Size] = []
        var settled = 0
        var ticks = 0
        var wantsTicks = false
    }

    func message(for event: InputEvent) -> Message { .event(event) }
    var tick: Message { .tick }

    func update(_ model: inout Model, _ message: Message) -> [Effect] {
        switch message {
        case .add(let number): model.sum += number
        case .event(.resize(let size)): model.sizes.append(size)
        case .event(.key(Key("q"))): return [.end]
        case .event(.key(Key("l"))): return [.redraw]
        case .event(.key(Key("z"))): return [.stop]
        case .event(.key(Key("n"))): return [.note("a"), .note("b")]
        case .event(.key): model.sum += 1
        case .event: return [.end]
        case .tick:
            model.ticks += 1
            if model.ticks == 3 { return [.end] }
        case .last: return [.note("last")]
        }
        return []
    }

    func settle(_ model: inout Model) -> [Effect] {
        model.settled += 1
        return []
    }

    func view(_ model: Model, into buffer: inout CellBuffer) -> Point? {
        buffer.put("sum \(model.sum)", x: 0, y: 0)
        return nil
    }

    func tickInterval(_ model: Model) -> Duration? { model.wantsTicks ? .milliseconds(1) : nil }
}

@Suite struct ProgramLoopTests {
    private let size = Size(width: 12, height: 1)

    private func keys(_ text: String) -> [InputEvent] { text.unicodeScalars.map { .key(Key($0)) } }

    /// Runs until a key or a message ends it; `onNote` hears what the program says.
    private func run(
        _ backend: MemoryBackend, _ mailbox: Mailbox<Counter.Message>, model: Counter.Model = Counter.Model(),
        rest: Duration? = nil, onNote: @escaping (String) -> LoopAction = { _ in .none }
    ) -> Counter.Model {
        ProgramLoop(Counter(), model: model, backend: backend, mailbox: mailbox, rest: rest) { effect in
            switch effect {
            case .end: .end
            case .redraw: .redrawAll
            case .stop: .stopProcess
            case .note(let text): onNote(text)
            }
        }.run()
    }

    @Test func messagesThatCameTogetherMakeOneFrame() {
        let backend = MemoryBackend(size: size)
        let mailbox = Mailbox<Counter.Message>()
        for _ in 0..<1_000 { mailbox.post(.add(1)) }
        mailbox.post(.last)
        let model = run(backend, mailbox) { _ in
            // All of them were taken in; the next frame shows them, and then comes the end.
            mailbox.post(.event(.hangup))
            return .none
        }
        #expect(model.sum == 1_000)
        #expect(backend.frames.count <= 2, "One before the messages, one with all of them.")
        #expect(model.settled == backend.frames.count)
    }

    @Test func aFrameShowsWhatCame() {
        let backend = MemoryBackend(size: size)
        let mailbox = Mailbox<Counter.Message>()
        mailbox.post(.add(42))
        var model = Counter.Model()
        model.wantsTicks = true
        // Three ticks later it ends by itself; a frame is due every 16 ms, so the last may still wait.
        _ = run(backend, mailbox, model: model)
        #expect(backend.frames.first?.text() == "sum 0")
        #expect(backend.frames.dropFirst().allSatisfy { $0.text() == "sum 42" })
    }

    @Test func whereTheScreenRestsWhatComesByItselfWaits() {
        let backend = MemoryBackend(size: size)
        let mailbox = Mailbox<Counter.Message>()
        mailbox.post(.add(42))
        var model = Counter.Model()
        model.wantsTicks = true
        _ = run(backend, mailbox, model: model, rest: .seconds(3_600))
        #expect(backend.frames.map { $0.text() } == ["sum 0"])
    }

    @Test func whereTheScreenRestsAKeyIsAnsweredAtOnce() {
        let backend = MemoryBackend(size: size, events: keys("x"))
        let mailbox = Mailbox<Counter.Message>()
        mailbox.post(.add(42))
        var model = Counter.Model()
        model.wantsTicks = true
        _ = run(backend, mailbox, model: model, rest: .seconds(3_600))
        #expect(backend.frames.last?.text() == "sum 43")
    }

    @Test func aBurstOfKeysGivesFewFrames() {
        let backend = MemoryBackend(size: size, events: keys(String(repeating: "x", count: 10_000) + "q"))
        let model = run(backend, Mailbox())
        #expect(model.sum == 10_000)
        #expect(backend.frames.count == 1, "The one before the keys were read.")
    }

    @Test func nothingIsTakenInAfterTheEnd() {
        let backend = MemoryBackend(size: size, events: keys("xqxx"))
        let mailbox = Mailbox<Counter.Message>()
        mailbox.post(.add(100))
        #expect(run(backend, mailbox).sum == 1)
    }

    @Test func theProgramHearsTheSizeFirst() {
        let backend = MemoryBackend(size: size, events: keys("q"))
        #expect(run(backend, Mailbox()).sizes == [size])
        #expect(backend.frames.first?.size == size)
    }

    @Test func aNewSizeMakesANewBuffer() {
        let backend = MemoryBackend(size: size, events: keys("n"))
        let wider = Size(width: 30, height: 4)
        let model = run(backend, Mailbox()) { note in
            guard note == "b" else { return .none }
            backend.size = wider
            backend.press([.resize(wider), .key(Key("z")), .key(Key("q"))])
            return .none
        }
        #expect(model.sizes == [size, wider, wider])
    }

    @Test func effectsAreCarriedOutInTheirOrder() {
        let backend = MemoryBackend(size: size, events: keys("nnq"))
        var notes: [String] = []
        _ = run(backend, Mailbox()) { note in
            notes.append(note)
            return .none
        }
        #expect(notes == ["a", "b", "a", "b"])
    }

    @Test func redrawingAndStoppingReachTheTerminal() {
        let backend = MemoryBackend(size: size, events: keys("lzlq"))
        let model = run(backend, Mailbox())
        #expect(backend.redraws == 2)
        #expect(backend.stops == 1)
        #expect(model.sizes == [size, size], "The terminal may have another size when the process goes on.")
    }

    @Test func anEffectCanEndTheProgram() {
        let backend = MemoryBackend(size: size, events: keys("nxxx"))
        #expect(run(backend, Mailbox()) { _ in .end }.sum == 0)
    }

    @Test func ticksComeAsLongAsTheyAreAskedFor() {
        let backend = MemoryBackend(size: size)
        var model = Counter.Model()
        model.wantsTicks = true
        #expect(run(backend, Mailbox(), model: model).ticks == 3)
    }

    @Test func messagesOfOtherThreadsWakeTheLoop() {
        let backend = MemoryBackend(size: size)
        let mailbox = Mailbox<Counter.Message>()
        DispatchQueue.global().async {
            for _ in 0..<1_000 { mailbox.post(.add(1)) }
            mailbox.post(.event(.hangup))
        }
        #expect(run(backend, mailbox).sum == 1_000)
    }

    @Test func whatATerminalCannotShowIsNotPainted() {
        let backend = MemoryBackend(size: size, events: keys("q"))
        backend.isUnicode = false
        _ = run(backend, Mailbox())
        #expect(backend.frames.first?.isUnicode == false)
    }

    @Test func whatIsUnfinishedIsReadInTime() {
        let backend = MemoryBackend(size: size)
        // Nothing is ever readable: the loop wakes up by itself.
        backend.press(keys("xq"), after: .milliseconds(5))
        #expect(run(backend, Mailbox()).sum == 1)
    }

    @Test func theMouseIsTurnedOffByAnEffect() {
        let backend = MemoryBackend(size: size, events: keys("nq"))
        _ = run(backend, Mailbox()) { $0 == "a" ? .reportMouse(false) : .none }
        #expect(!backend.reportsMouse)
    }
}
