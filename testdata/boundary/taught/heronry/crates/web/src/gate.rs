use axum::{extract::{Request, State}, middleware::Next, response::{IntoResponse, Redirect, Response}};
use axum_extra::extract::SignedCookieJar;

use crate::config;

#[derive(Clone)]
pub struct Birder(pub String);

pub async fn birder(State(_): State<config::State>, jar: SignedCookieJar, mut req: Request, next: Next) -> Response {
    match jar.get("birder") {
        Some(c) => {
            req.extensions_mut().insert(Birder(c.value().to_owned()));
            next.run(req).await
        }
        None => Redirect::to("/login").into_response(),
    }
}
