import Foundation

/// Asks the coach between two intervals, straight from the phone: the server would be too slow.
struct CoachClient {
    private let key: String
    private let url = URL(string: "https://api.groq.com/openai/v1/chat/completions")!

    init(bundle: Bundle = .main) {
        key = bundle.object(forInfoDictionaryKey: "GroqApiKey") as? String ?? ""
    }

    func cheer(pace: String) async throws -> String {
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization")
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = try JSONEncoder().encode(Ask(model: "llama-3.3-70b-versatile", messages: [
            .init(role: "user", content: "One line of encouragement at a pace of \(pace)"),
        ]))
        let (data, _) = try await URLSession.shared.data(for: request)
        return try JSONDecoder().decode(Answer.self, from: data).choices[0].message.content
    }
}

struct Ask: Encodable { let model: String; let messages: [Message] }
struct Message: Codable { let role: String; let content: String }
struct Answer: Decodable { struct Choice: Decodable { let message: Message }; let choices: [Choice] }
