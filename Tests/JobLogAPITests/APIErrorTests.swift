import JobLogAPI
import Testing

@Suite struct APIErrorTests {
    @Test func sameStatusAndSentenceAreTheSameError() {
        #expect(APIError(status: 404, message: "Job not found") != APIError(status: 403, message: "Forbidden"))
    }
}
