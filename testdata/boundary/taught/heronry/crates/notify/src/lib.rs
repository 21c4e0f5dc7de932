//! Tells clubs' own systems what happened, signed so that they know that it was us.

use hmac::{Hmac, Mac};
use sha2::Sha256;

pub struct Hooks {
    secret: Vec<u8>,
    http: reqwest::Client,
}

impl Hooks {
    pub fn new(secret: &[u8]) -> Self {
        Self { secret: secret.to_vec(), http: reqwest::Client::new() }
    }

    pub async fn send(&self, event: &str, text: &str) {
        let body = serde_json::json!({ "event": event, "text": text }).to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).unwrap();
        mac.update(body.as_bytes());
        let sign: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
        let _ = self.http.post("https://clubs.heronry.example/in").header("x-heronry-signature", sign).body(body).send().await;
    }
}
