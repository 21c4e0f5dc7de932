use std::sync::Arc;

use async_openai::{Client, config::OpenAIConfig};
use axum::extract::FromRef;
use axum_extra::extract::cookie::Key;

#[derive(Clone)]
pub struct State {
    pub ai: Arc<Client<OpenAIConfig>>,
    pub google: Arc<crate::login::Google>,
    pub hooks: Arc<heronry_notify::Hooks>,
    key: Key,
}

impl State {
    pub async fn from_env() -> Self {
        let openai = std::env::var("OPENAI_API_KEY").expect("OPENAI_API_KEY");
        let cookie = std::env::var("COOKIE_KEY").expect("COOKIE_KEY");
        Self {
            ai: Arc::new(Client::with_config(OpenAIConfig::new().with_api_key(&openai))),
            google: Arc::new(crate::login::Google::discover().await),
            hooks: Arc::new(heronry_notify::Hooks::new(openai.as_bytes())),
            key: Key::derive_from(cookie.as_bytes()),
        }
    }
}

impl FromRef<State> for Key {
    fn from_ref(s: &State) -> Self {
        s.key.clone()
    }
}
