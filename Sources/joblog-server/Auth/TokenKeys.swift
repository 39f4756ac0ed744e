import JWTKit
import JobLogCore
import Synchronization

/// What a token says.
struct TokenClaims: JWTPayload {
    /// For whom a token is: one or several.
    enum Audience: Codable, Sendable {
        case one(String)
        case several([String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let one = try? container.decode(String.self) {
                self = .one(one)
            } else {
                self = .several(try container.decode([String].self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .one(let one): try container.encode(one)
            case .several(let several): try container.encode(several)
            }
        }

        func contains(_ name: String) -> Bool {
            switch self {
            case .one(let one): one == name
            case .several(let several): several.contains(name)
            }
        }
    }

    /// The user whose jobs may be seen.
    var userId: String?
    /// Whether all jobs may be seen.
    var `operator`: Bool?
    /// Unix seconds from which the token is of no use any more, and before which it is of none.
    var exp: Double?
    var nbf: Double?
    var iss: String?
    var aud: Audience?

    /// What it says is looked at by ``TokenKeys``, which knows the settings.
    func verify(using algorithm: some JWTAlgorithm) {}
}

/// Checks tokens, and makes them.
final class TokenKeys: Sendable {
    /// How many tokens are known at once: each is checked once in a while, not at each request.
    static let mostKnown = 4_096

    private struct Known {
        var caller: Caller
        /// Unix ms at which it ends.
        var end: Int64
    }

    private let keys = JWTKeyCollection()
    private let settings: TokenSettings
    private let algorithm: String
    private let known = Mutex<[String: Known]>([:])

    /// - Throws: ``BadSetting`` where the key cannot be used.
    init(_ settings: TokenSettings) async throws {
        self.settings = settings
        switch settings.key {
        case .secret(let secret):
            await keys.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
            algorithm = "HS256"
        case .publicKey(let pem):
            if let key = try? ES256PublicKey(pem: pem) {
                await keys.add(ecdsa: key)
                algorithm = "ES256"
            } else if let key = try? Insecure.RSA.PublicKey(pem: pem) {
                await keys.add(rsa: key, digestAlgorithm: .sha256)
                algorithm = "RS256"
            } else {
                throw BadSetting("The key file holds no public key of RSA or of the curve P-256 in PEM.")
            }
        }
    }

    /// How many tokens are known now.
    var count: Int { known.withLock { $0.count } }

    /// Who asks with this token, at `now`, Unix ms; nil where it is not valid, whatever the reason.
    func caller(of token: String, now: Int64 = Timestamp.now()) async -> Caller? {
        if let known = known.withLock({ $0[token] }), known.end > now { return known.caller }
        guard hasRightAlgorithm(token), let claims = try? await keys.verify(token, as: TokenClaims.self),
            let caller = caller(of: claims, now: now)
        else { return nil }
        let end = min(now + 60_000, claims.exp.map { Int64(($0 * 1_000).rounded(.down)) } ?? .max)
        known.withLock { known in
            if known.count >= Self.mostKnown { known = [:] }
            known[token] = Known(caller: caller, end: end)
        }
        return caller
    }

    /// A token for these claims.
    func token(for claims: TokenClaims) async throws -> String { try await keys.sign(claims) }

    private func caller(of claims: TokenClaims, now: Int64) -> Caller? {
        let seconds = Double(now) / 1_000
        if let end = claims.exp, !(end > seconds && end < 1e15) { return nil }
        if let begin = claims.nbf, !(begin <= seconds) { return nil }
        if let issuer = settings.issuer, claims.iss != issuer { return nil }
        if let audience = settings.audience, claims.aud?.contains(audience) != true { return nil }
        let isOperator = claims.operator == true
        if let user = claims.userId, user.isEmpty { return nil }
        guard isOperator || claims.userId != nil else { return nil }
        return Caller(user: claims.userId, isOperator: isOperator)
    }

    /// The library checks the signature by the key that it has, whatever algorithm the token names: one that names another
    /// was not made for this server.
    private func hasRightAlgorithm(_ token: String) -> Bool {
        guard let head = token.split(separator: ".", maxSplits: 1).first, head.utf8.count < 2_048,
            let bytes = Base64.decode(head), let header = try? JSONValue(parsing: bytes[...])
        else { return false }
        return header["alg"]?.string == algorithm && header["crit"] == nil
    }
}
