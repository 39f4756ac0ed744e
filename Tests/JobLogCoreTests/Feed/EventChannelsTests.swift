import Testing

@testable import JobLogCore

@Suite struct EventChannelsTests {
    private let a = JobID("a")
    private let b = JobID("b")
    private let c = JobID("c")

    /// Carries steps out until none is left.
    private func settle(
        _ channels: inout EventChannels, all: Bool, _ visible: Set<JobID>,
        refusing: (EventChannels.Step) -> Bool = { _ in false }
    ) -> [EventChannels.Step] {
        var steps: [EventChannels.Step] = []
        while let step = channels.next(all: all, visible: visible), steps.count < 20 {
            steps.append(step)
            if refusing(step) { channels.refuse(step, reason: "no") } else { channels.done(step) }
        }
        return steps
    }

    @Test func whatIsNewIsHeardBeforeTheOldIsGivenUp() {
        var channels = EventChannels()
        #expect(settle(&channels, all: true, [a, b]) == [.hearAll])
        #expect(settle(&channels, all: false, [a, b]) == [.hear([a, b]), .dropAll])
        #expect(settle(&channels, all: false, [b, c]) == [.hear([c]), .drop([a])])
        #expect(settle(&channels, all: true, [b, c]) == [.hearAll, .drop([b, c])])
        #expect(channels.hearsAll && channels.heard.isEmpty)
    }

    @Test func allAreGivenUpDirectlyBehindWhatReplacesThem() {
        var channels = EventChannels()
        #expect(channels.nextSteps(all: true, visible: [a]) == [.hearAll])
        channels.done(.hearAll)
        #expect(channels.nextSteps(all: true, visible: [a]).isEmpty)
        #expect(channels.nextSteps(all: false, visible: [a]) == [.hear([a]), .dropAll])
        #expect(channels.nextSteps(all: false, visible: []) == [.dropAll])
    }

    @Test func whereAllAreRefusedThoseOnScreenAreHeard() {
        var channels = EventChannels()
        #expect(settle(&channels, all: true, [a]) { $0 == .hearAll } == [.hearAll, .hear([a])])
        #expect(channels.refusal == "no" && channels.channelRefusal == nil)
        #expect(settle(&channels, all: true, []) == [.drop([a])])
    }

    @Test func oneRefusedChannelCostsNoOther() {
        var channels = EventChannels()
        let steps = settle(&channels, all: false, [a, b, c]) {
            if case .hear(let ids) = $0 { ids.contains(b) } else { false }
        }
        #expect(steps == [.hear([a, b, c]), .hear([a]), .hear([b]), .hear([c])])
        #expect(channels.heard == [a, c] && channels.channelRefusal == "no")
    }

    @Test func whatCannotBeGivenUpIsKept() {
        var channels = EventChannels()
        _ = settle(&channels, all: true, [])
        #expect(settle(&channels, all: false, [a]) { $0 == .dropAll } == [.hear([a]), .dropAll])
        #expect(settle(&channels, all: false, []) { _ in true } == [.drop([a])])
        #expect(settle(&channels, all: false, []).isEmpty)
    }
}
