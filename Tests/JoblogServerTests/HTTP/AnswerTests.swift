import Hummingbird
import JobLogAPI
import JobLogCore
import NIOCore
import RedisClient
import Testing

@testable import joblog_server

/// What errors become.
@Suite struct AnswerTests {
    private struct Unforeseen: Error {}

    @Test(arguments: [
        (APIError(status: 401, message: "Unauthorized"), 401, "Bearer", nil),
        (APIError(status: 429, message: "Slowly.", retryAfter: 7), 429, nil, "7"),
        (APIError(status: 503, message: "Later."), 503, nil, "1"),
        (APIError(status: 404, message: "Job not found", retryAfter: 7), 404, nil, nil),
    ])
    func headersGoWithTheStatus(_ error: APIError, status: Int, challenge: String?, retryAfter: String?) {
        let answer = Answer.answer(to: error)
        #expect(answer.status.code == status)
        #expect(answer.headers[.wwwAuthenticate] == challenge)
        #expect(answer.headers[.retryAfter] == retryAfter)
        #expect(answer.headers[.contentType] == "application/json; charset=utf-8")
    }

    @Test func whatGoesWrongBelowHasAStatus() {
        #expect(Answer.apiError(of: NIOTooManyBytesError(maxBytes: 1)).status == 413)
        #expect(Answer.apiError(of: HTTPError(.notFound)).message.contains("/openapi.json"))
        #expect(Answer.apiError(of: JobActionError.noSuchJob(JobID("a"))) == Answer.noJob)
        let gone = APIError(status: 410, message: "Gone.", retryAfter: 3)
        #expect(Answer.apiError(of: gone) == gone)
    }

    /// What exactly failed is for the server's log.
    @Test func whatIsNotForeseenSaysNothingOfIt() {
        let error = Answer.apiError(of: Unforeseen())
        #expect(error.status == 500 && !error.message.contains("Unforeseen"))
    }
}
