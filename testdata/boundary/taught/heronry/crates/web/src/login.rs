use axum::{extract::{Query, State}, response::Redirect};
use axum_extra::extract::{SignedCookieJar, cookie::Cookie};
use openidconnect::{AuthorizationCode, ClientId, ClientSecret, IssuerUrl, TokenResponse, core::{CoreClient, CoreProviderMetadata}};
use serde::Deserialize;

use crate::config;

pub struct Google {
    meta: CoreProviderMetadata,
    http: openidconnect::reqwest::Client,
}

#[derive(Deserialize)]
pub struct Back {
    code: String,
}

impl Google {
    pub async fn discover() -> Self {
        let http = openidconnect::reqwest::Client::new();
        let issuer = IssuerUrl::new("https://accounts.google.com".into()).unwrap();
        Self { meta: CoreProviderMetadata::discover_async(issuer, &http).await.unwrap(), http }
    }
}

pub async fn start() -> Redirect {
    Redirect::to("https://accounts.google.com/o/oauth2/v2/auth?response_type=code&scope=openid%20email")
}

pub async fn back(State(s): State<config::State>, jar: SignedCookieJar, Query(q): Query<Back>) -> (SignedCookieJar, Redirect) {
    let id = ClientId::new(std::env::var("GOOGLE_CLIENT_ID").unwrap());
    let secret = ClientSecret::new(std::env::var("GOOGLE_CLIENT_SECRET").unwrap());
    let client = CoreClient::from_provider_metadata(s.google.meta.clone(), id, Some(secret));
    let token = client.exchange_code(AuthorizationCode::new(q.code)).unwrap().request_async(&s.google.http).await.unwrap();
    let claims = token.id_token().unwrap().claims(&client.id_token_verifier(), |_: Option<&openidconnect::Nonce>| Ok(())).unwrap();
    (jar.add(Cookie::new("birder", claims.subject().to_string())), Redirect::to("/app/sightings"))
}
