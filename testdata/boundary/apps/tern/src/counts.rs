use axum::http::StatusCode;
use serde_json::{Value, json};

pub async fn check(count: String) -> Result<String, StatusCode> {
    let reply: Value = reqwest::Client::new()
        .post("https://api.anthropic.com/v1/messages")
        .header("x-api-key", std::env::var("ANTHROPIC_API_KEY").unwrap_or_default())
        .header("anthropic-version", "2023-06-01")
        .json(&json!({ "model": "claude-3-5-haiku-latest", "max_tokens": 200, "messages": [{ "role": "user", "content": format!("Is this count plausible? {count}") }] }))
        .send()
        .await
        .map_err(|_| StatusCode::BAD_GATEWAY)?
        .json()
        .await
        .map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(reply["content"][0]["text"].as_str().unwrap_or_default().to_owned())
}
