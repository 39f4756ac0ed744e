import JobLogCore
import Testing

@testable import JobLogAPI

@Suite struct HTTPCallTests {
    @Test(arguments: APIRoute.allCases) func aCallHasThePathOfItsRoute(_ route: APIRoute) {
        let call = HTTPCall(route, JobID("job-1"), sequence: 3)
        #expect(call.path == route.path.replacing(":jobId", with: "job-1").replacing(":sequence", with: "3"))
        #expect(call.target == call.path)
        #expect(call.isSafe == (route.method == .get))
    }

    @Test(arguments: ["recent", "resumable", "match"]) func aJobThatIsCalledLikeARouteIsSpelledInBase64(_ name: String)
    {
        #expect(
            HTTPCall(.job, JobID(name)).path == "/api/jobs/base64%3A\(JobID(name).base64.replacing("=", with: "%3D"))")
        #expect(HTTPCall(.job, JobID(name + "s")).path == "/api/jobs/\(name)s")
    }
}
