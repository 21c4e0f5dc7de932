use axum::{Json, Router, http::{HeaderMap, StatusCode}, routing::post};
use serde_json::{Value, json};

async fn ask(headers: HeaderMap, Json(question): Json<String>) -> Result<Json<Value>, StatusCode> {
    let token = headers.get("authorization").and_then(|v| v.to_str().ok()).ok_or(StatusCode::UNAUTHORIZED)?;
    let client = reqwest::Client::new();
    let user = client
        .get("https://api.descope.com/v1/auth/me")
        .header("authorization", token)
        .send()
        .await
        .map_err(|_| StatusCode::BAD_GATEWAY)?;
    if !user.status().is_success() {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let reply = client
        .post("https://api.mistral.ai/v1/chat/completions")
        .bearer_auth(std::env::var("MISTRAL_API_KEY").unwrap_or_default())
        .json(&json!({ "model": "mistral-small-latest", "messages": [{ "role": "user", "content": question }] }))
        .send()
        .await
        .map_err(|_| StatusCode::BAD_GATEWAY)?;
    reply.json().await.map(Json).map_err(|_| StatusCode::BAD_GATEWAY)
}

#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind("0.0.0.0:8080").await.unwrap();
    axum::serve(listener, Router::new().route("/ask", post(ask))).await.unwrap();
}
