mod ai;
mod config;
mod gate;
mod login;

use axum::{Router, middleware, routing::{get, post}};
use tower_http::trace::TraceLayer;

#[tokio::main]
async fn main() {
    let state = config::State::from_env().await;
    let inner = Router::new()
        .route("/sightings", get(ai::sightings))
        .nest("/ai", Router::new()
            .route("/identify", post(ai::identify))
            .route("/report", post(ai::report)))
        .route_layer(middleware::from_fn_with_state(state.clone(), gate::birder));

    let app = Router::new()
        .route("/", get(|| async { "heronry" }))
        .route("/login", get(login::start))
        .route("/login/back", get(login::back))
        .nest("/app", inner)
        .layer(TraceLayer::new_for_http())
        .with_state(state);

    let listener = tokio::net::TcpListener::bind("0.0.0.0:8080").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
