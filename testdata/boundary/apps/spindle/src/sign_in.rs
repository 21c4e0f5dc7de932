use axum::{extract::Query, response::Redirect};
use axum_extra::extract::cookie::{Cookie, PrivateCookieJar, SameSite};
use oauth2::{AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, Scope, TokenResponse, TokenUrl, basic::BasicClient};
use std::{collections::HashMap, env};

macro_rules! github {
    () => {
        BasicClient::new(ClientId::new(env::var("GITHUB_CLIENT_ID").unwrap()))
            .set_client_secret(ClientSecret::new(env::var("GITHUB_CLIENT_SECRET").unwrap()))
            .set_auth_uri(AuthUrl::new("https://github.com/login/oauth/authorize".into()).unwrap())
            .set_token_uri(TokenUrl::new("https://github.com/login/oauth/access_token".into()).unwrap())
    };
}

pub async fn start(jar: PrivateCookieJar) -> (PrivateCookieJar, Redirect) {
    let (url, state) = github!().authorize_url(CsrfToken::new_random).add_scope(Scope::new("read:user".into())).url();
    (jar.add(Cookie::new("state", state.secret().clone())), Redirect::to(url.as_str()))
}

pub async fn done(jar: PrivateCookieJar, Query(q): Query<HashMap<String, String>>) -> Result<(PrivateCookieJar, Redirect), &'static str> {
    if jar.get("state").map(|c| c.value().to_owned()) != q.get("state").cloned() {
        return Err("start again");
    }
    let code = AuthorizationCode::new(q.get("code").cloned().ok_or("no code")?);
    let token = github!().exchange_code(code).request_async(&reqwest::Client::new()).await.map_err(|_| "no token")?;
    let who = login_of(token.access_token().secret()).await.ok_or("unknown weaver")?;
    let cookie = Cookie::build(("weaver", who)).http_only(true).secure(true).same_site(SameSite::Lax).build();
    Ok((jar.add(cookie), Redirect::to("/")))
}

async fn login_of(token: &str) -> Option<String> {
    let r = reqwest::Client::new().get("https://api.github.com/user").bearer_auth(token).header("user-agent", "spindle").send().await.ok()?;
    r.json::<HashMap<String, serde_json::Value>>().await.ok()?.get("login")?.as_str().map(str::to_owned)
}
