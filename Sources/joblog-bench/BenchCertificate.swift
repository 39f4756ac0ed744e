import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A certificate for 127.0.0.1 and its key, made for one run: it is its own authority.
struct BenchCertificate {
    /// The PEM file of the certificate.
    let file: String
    /// That of its key.
    let key: String

    /// Makes both in a folder.
    init(in folder: String) throws {
        (file, key) = (folder + "/bench.pem", folder + "/bench.key")
        let arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2",
            "-subj", "/CN=joblog-bench", "-addext", "subjectAltName=IP:127.0.0.1", "-out", file, "-keyout", key,
        ]
        let pid: pid_t
        do {
            pid = try Spawn.start(arguments) { actions in
                posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
            }
        } catch {
            throw ValidationError(
                "openssl makes the certificate for the row tls: install it, or name other rows by --only.")
        }
        guard Spawn.end(pid) == 0 else {
            remove()
            throw ValidationError("openssl 1.1.1 or newer makes the certificate for the row tls, and this one fails.")
        }
    }

    /// Removes both.
    func remove() {
        unlink(file)
        unlink(key)
    }
}
