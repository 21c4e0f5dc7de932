use axum::http::StatusCode;
use axum_extra::extract::cookie::PrivateCookieJar;
use ollama_rs::{Ollama, generation::completion::request::GenerationRequest};

pub async fn index() -> &'static str {
    "The pattern book. Sign in to draw."
}

pub async fn draw(jar: PrivateCookieJar, wish: String) -> Result<String, StatusCode> {
    let weaver = jar.get("weaver").ok_or(StatusCode::UNAUTHORIZED)?;
    let prompt = format!("A draft for {} on eight shafts: {wish}", weaver.value());
    let model = Ollama::new(std::env::var("OLLAMA_HOST").unwrap_or_else(|_| "http://127.0.0.1".into()), 11434);
    let out = model.generate(GenerationRequest::new("llama3.2:3b".into(), prompt)).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(out.response)
}
