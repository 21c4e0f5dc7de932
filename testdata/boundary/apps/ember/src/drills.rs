use async_openai::{Client, types::{ChatCompletionRequestUserMessage, CreateChatCompletionRequestArgs}};
use axum::{Json, extract::State, http::StatusCode};
use sqlx::SqlitePool;

pub async fn list(State(pool): State<SqlitePool>) -> Result<Json<Vec<String>>, StatusCode> {
    let rows = sqlx::query_scalar("select title from drill order by day desc limit 50").fetch_all(&pool).await;
    rows.map(Json).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

pub async fn report(Json(notes): Json<String>) -> Result<String, StatusCode> {
    let request = CreateChatCompletionRequestArgs::default()
        .model("gpt-4.1-mini")
        .messages([ChatCompletionRequestUserMessage::from(format!("A drill report from these notes:\n{notes}")).into()])
        .build()
        .map_err(|_| StatusCode::BAD_REQUEST)?;
    let out = Client::new().chat().create(request).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(out.choices[0].message.content.clone().unwrap_or_default())
}
