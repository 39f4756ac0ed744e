import Hummingbird
import NIOCore

/// What belongs to one request.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The connection, so that a stream that nobody reads can be cut.
    let channel: any Channel
    /// Who asks; nil before that is known, and on routes that need no token.
    var caller: Caller?

    init(source: Source) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Who asks, on a route that needs a token.
    ///
    /// - Throws: ``APIError`` 401 where nobody is known.
    func requireCaller() throws -> Caller {
        guard let caller else { throw Answer.unauthorized }
        return caller
    }
}
