/// Who asks, as the token says.
struct Caller: Sendable, Hashable {
    /// Who somebody is: an operator without a name is no user, whatever users are called.
    enum Identity: Sendable, Hashable {
        case user(String)
        case namelessOperator
    }

    /// The user; nil for an operator without a name.
    let user: String?
    /// Whether every job may be seen.
    let isOperator: Bool

    /// Whether a job of this owner may be seen: one's own, and by an operator any.
    func maySee(jobOf owner: String?) -> Bool { isOperator || owner != nil && owner == user }

    /// By what the caller's requests are counted.
    var identity: Identity { user.map(Identity.user) ?? .namelessOperator }

    /// Who acts, as a job's log says it.
    var actor: String { user.map { "\($0)@api" } ?? "an operator of the API" }
}
