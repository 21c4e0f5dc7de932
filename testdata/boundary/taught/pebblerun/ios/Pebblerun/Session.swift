import Amplify
import AWSCognitoAuthPlugin
import Foundation

enum Session {
    static func start() throws {
        try Amplify.add(plugin: AWSCognitoAuthPlugin())
        try Amplify.configure(with: .amplifyOutputs)
    }

    /// The id token that our own API asks for.
    static func token() async throws -> String {
        let session = try await Amplify.Auth.fetchAuthSession()
        guard let tokens = (session as? AuthCognitoTokensProvider)?.getCognitoTokens() else { throw URLError(.userAuthenticationRequired) }
        return try tokens.get().idToken
    }
}
