mod drills;
mod passkey;

use axum::{Router, middleware, routing::{get, post}};
use tower_sessions::{Expiry, SessionManagerLayer, cookie::{Key, time::Duration}};
use tower_sessions_sqlx_store::SqliteStore;

#[tokio::main]
async fn main() {
    let pool = sqlx::SqlitePool::connect(&std::env::var("DATABASE_URL").unwrap()).await.unwrap();
    let store = SqliteStore::new(pool.clone());
    store.migrate().await.unwrap();
    let key = Key::derive_from(std::env::var("SESSION_KEY").unwrap().as_bytes());
    let sessions = SessionManagerLayer::new(store).with_signed(key).with_expiry(Expiry::OnInactivity(Duration::hours(6)));

    let inside = Router::new()
        .route("/drills", get(drills::list))
        .route("/drills/report", post(drills::report))
        .route_layer(middleware::from_fn(passkey::required));

    let app = Router::new()
        .merge(inside)
        .route("/passkey/start", post(passkey::start))
        .route("/passkey/finish", post(passkey::finish))
        .layer(sessions)
        .with_state(pool);
    let listener = tokio::net::TcpListener::bind("0.0.0.0:8080").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
