mod counts;
mod staff;

use axum::{Router, routing::post};
use axum_keycloak_auth::{PassthroughMode, Url, instance::{KeycloakAuthInstance, KeycloakConfig}, layer::KeycloakAuthLayer};

#[tokio::main]
async fn main() {
    let realm = KeycloakAuthInstance::new(
        KeycloakConfig::builder().server(Url::parse("https://id.tern.example").unwrap()).realm("wardens".to_owned()).build(),
    );
    let gate = KeycloakAuthLayer::<String>::builder()
        .instance(realm)
        .passthrough_mode(PassthroughMode::Block)
        .expected_audiences(vec!["tern".to_owned()])
        .build();
    let app = Router::new()
        .route("/counts/check", post(counts::check))
        .route("/staff/seat", post(staff::seat))
        .layer(gate);
    let listener = tokio::net::TcpListener::bind("0.0.0.0:8080").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
