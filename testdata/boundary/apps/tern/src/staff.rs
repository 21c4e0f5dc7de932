use axum::http::StatusCode;
use serde_json::json;

/// Gives a warden a seat in our Claude organisation.
pub async fn seat(mail: String) -> Result<StatusCode, StatusCode> {
    let url = std::env::var("CLAUDE_SCIM_URL").map_err(|_| StatusCode::NOT_IMPLEMENTED)?;
    let reply = reqwest::Client::new()
        .post(format!("{url}/Users"))
        .bearer_auth(std::env::var("CLAUDE_SCIM_TOKEN").unwrap_or_default())
        .json(&json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": mail, "active": true }))
        .send()
        .await
        .map_err(|_| StatusCode::BAD_GATEWAY)?;
    if reply.status().is_success() { Ok(StatusCode::CREATED) } else { Err(StatusCode::BAD_GATEWAY) }
}
