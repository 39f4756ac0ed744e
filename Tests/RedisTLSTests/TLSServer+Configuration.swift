import RedisClient
import RedisTLS
import TestSupport

extension TLSServer {
    /// Settings that trust this server.
    static var trusting: TLSSettings {
        var settings = TLSSettings()
        settings.authorityFile = file("ca.pem")
        return settings
    }

    /// How to connect to it.
    func configuration(
        _ settings: TLSSettings = trusting, host: String = "localhost", connectTimeout: Duration = .seconds(20)
    ) throws -> RedisConfiguration {
        var configuration = RedisConfiguration(url: url(host), connectTimeout: connectTimeout)
        configuration.transport = try TLSTransport(settings)
        return configuration
    }
}
