//! Shows how to ask for embeddings. Part of the published crate.
const MISTRAL_API_KEY: &str = "<<mistral-api-key:example>>";

fn main() {
    let reply: serde_json::Value = reqwest::blocking::Client::new()
        .post("https://api.mistral.ai/v1/embeddings")
        .bearer_auth(MISTRAL_API_KEY)
        .json(&serde_json::json!({ "model": "mistral-embed", "input": ["anvil", "tongs"] }))
        .send()
        .unwrap()
        .json()
        .unwrap();
    println!("{}", reply["data"]);
}
