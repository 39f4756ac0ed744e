import Testing

@testable import JobLogCore

/// The fields that are taken in one pass are those of the record.
struct JobStateFieldsTests {
    @Test(arguments: [
        "{}",
        #"{"jobId":"a","userId":"u","status":"running","progress":45.5,"step":"s","type":"t","worker":"w","attempt":3}"#,
        #"{"status":"QUEUED","progress":"120","attempt":"2","userId":7,"error":{"message":"m"},"result":{"a":[1]}}"#,
        #"{"status":null,"result":null,"error":null,"userId":null,"updatedAt":null}"#,
        #"{"status":"completed","status":"failed","progress":1,"progress":2,"error":"a","error":null}"#,
        #"{"createdAt":5,"startedAt":"2024-12-17T18:40:00Z","completedAt":1734460800000,"failedAt":"x"}"#,
        #"{"updatedAt":1,"createdAt":99999999999999999999,"status":"no such word"}"#,
    ])
    func theyAreThoseOfTheRecord(_ text: String) throws {
        let record = try #require(JobStateRecord.decode(Array(text.utf8)[...]))
        let fields = JobStateFields(record.object)
        #expect(fields.userID == record.userID)
        #expect(fields.status == record.status)
        #expect(fields.progress == record.progress)
        #expect(fields.step == record.step)
        #expect(fields.type == record.type)
        #expect(fields.worker == record.worker)
        #expect(fields.attempt == record.attempt)
        #expect(fields.error == record.error)
        #expect(fields.result == record.result)
        #expect(fields.createdAt == record.createdAt)
        #expect(fields.startedAt == record.startedAt)
        #expect(fields.updatedAt == record.updatedAt)
        #expect(fields.completedAt == record.completedAt)
        #expect(fields.failedAt == record.failedAt)
        #expect(fields.writtenAt == record.writtenAt)
    }
}
