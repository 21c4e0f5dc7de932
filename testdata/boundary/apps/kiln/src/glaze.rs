use actix_web::{Responder, error::ErrorBadGateway, web::Json};
use serde_json::{Value, json};

pub async fn suggest(wish: Json<String>) -> actix_web::Result<impl Responder> {
    let gateway = std::env::var("LITELLM_URL").unwrap_or_else(|_| "http://litellm:4000".into());
    let reply: Value = reqwest::Client::new()
        .post(format!("{gateway}/v1/chat/completions"))
        .bearer_auth(std::env::var("LITELLM_API_KEY").unwrap_or_default())
        .json(&json!({ "model": "glazes", "messages": [{ "role": "user", "content": format!("A glaze recipe: {}", *wish) }] }))
        .send()
        .await
        .map_err(ErrorBadGateway)?
        .json()
        .await
        .map_err(ErrorBadGateway)?;
    Ok(Json(reply["choices"][0]["message"]["content"].clone()))
}
