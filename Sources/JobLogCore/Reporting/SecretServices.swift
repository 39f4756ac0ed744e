/// Keys that known services issue, by how they begin.
enum SecretServices {
    /// What a key begins with, and how many bytes it has at least.
    private static let forms: [(prefix: String, length: Int)] = [
        ("ghp_", 30), ("gho_", 30), ("ghu_", 30), ("ghs_", 30), ("ghr_", 30), ("github_pat_", 40), ("glpat-", 20),
        ("xoxa-", 20), ("xoxb-", 20), ("xoxp-", 20), ("xoxr-", 20), ("xoxs-", 20), ("xapp-", 20), ("sk_live_", 20),
        ("sk_test_", 20), ("rk_live_", 20), ("rk_test_", 20), ("whsec_", 20), ("sk-", 32), ("AIza", 35), ("ya29.", 30),
        ("npm_", 36), ("hf_", 30), ("SG.", 40), ("sntrys_", 30), ("sntryu_", 30), ("pypi-", 40), ("dop_v1_", 40),
    ]
    /// The first four letters of AWS key ids; 16 capitals and digits follow.
    private static let aws: Set<String> = ["AKIA", "ASIA", "ABIA", "ACCA"]

    /// Whether a word is such a key.
    static func isKey(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.count >= 20, word.count <= 4096 else { return false }
        if word.count == 20, aws.contains(String(decoding: word.prefix(4), as: UTF8.self)) {
            return word.allSatisfy { ASCII.isUpper($0) || ASCII.isDigit($0) }
        }
        return forms.contains { form in
            word.count >= form.length && word.starts(with: form.prefix.utf8)
                && word.dropFirst(form.prefix.utf8.count).contains(where: ASCII.isDigit)
        }
    }
}
