use axum::{Json, extract::Request, http::StatusCode, middleware::Next, response::Response};
use tower_sessions::Session;
use webauthn_rs::prelude::*;

fn webauthn() -> Webauthn {
    let origin = Url::parse("https://drills.ember.example").unwrap();
    WebauthnBuilder::new("drills.ember.example", &origin).unwrap().build().unwrap()
}

pub async fn start(session: Session) -> Result<Json<RequestChallengeResponse>, StatusCode> {
    let (challenge, state) = webauthn().start_discoverable_authentication().map_err(|_| StatusCode::BAD_REQUEST)?;
    session.insert("passkey", state).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(challenge))
}

pub async fn finish(session: Session, Json(answer): Json<PublicKeyCredential>) -> Result<StatusCode, StatusCode> {
    let (user, _) = webauthn().identify_discoverable_authentication(&answer).map_err(|_| StatusCode::UNAUTHORIZED)?;
    session.cycle_id().await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    session.insert("firefighter", user).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn required(session: Session, request: Request, next: Next) -> Result<Response, StatusCode> {
    match session.get::<Uuid>("firefighter").await {
        Ok(Some(_)) => Ok(next.run(request).await),
        _ => Err(StatusCode::UNAUTHORIZED),
    }
}
