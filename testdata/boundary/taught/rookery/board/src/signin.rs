use actix_identity::Identity;
use actix_web::{get, web, HttpMessage, HttpRequest, HttpResponse, Responder};
use openidconnect::{
    core::{CoreClient, CoreProviderMetadata},
    AuthorizationCode, ClientId, ClientSecret, IssuerUrl, Nonce, TokenResponse,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Back {
    code: String,
}

#[get("/back")]
async fn back(req: HttpRequest, q: web::Query<Back>) -> impl Responder {
    let http = openidconnect::reqwest::Client::new();
    let issuer = IssuerUrl::new("https://rookery.okta.com".into()).unwrap();
    let meta = CoreProviderMetadata::discover_async(issuer, &http).await.unwrap();
    let client = CoreClient::from_provider_metadata(
        meta,
        ClientId::new(std::env::var("OKTA_CLIENT_ID").unwrap()),
        Some(ClientSecret::new(std::env::var("OKTA_CLIENT_SECRET").unwrap())),
    );
    let token = client.exchange_code(AuthorizationCode::new(q.code.clone())).unwrap().request_async(&http).await.unwrap();
    let claims = token.id_token().unwrap().claims(&client.id_token_verifier(), |_: Option<&Nonce>| Ok(())).unwrap();
    Identity::login(&req.extensions(), claims.subject().to_string()).unwrap();
    HttpResponse::Found().append_header(("Location", "/")).finish()
}

#[get("/out")]
async fn out(who: Identity) -> impl Responder {
    who.logout();
    HttpResponse::NoContent()
}

pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(back).service(out);
}
