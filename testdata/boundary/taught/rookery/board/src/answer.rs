use actix_identity::Identity;
use actix_web::{get, post, web, HttpResponse, Responder};
use serde::Deserialize;
use serde_json::json;

pub struct Cohere {
    key: String,
    http: reqwest::Client,
}

#[derive(Deserialize)]
pub struct Question {
    text: String,
}

impl Cohere {
    pub fn from_env() -> Self {
        Self { key: std::env::var("COHERE_API_KEY").expect("COHERE_API_KEY"), http: reqwest::Client::new() }
    }

    async fn chat(&self, text: &str) -> reqwest::Result<serde_json::Value> {
        self.http
            .post("https://api.cohere.com/v2/chat")
            .bearer_auth(&self.key)
            .json(&json!({ "model": "command-a-03-2025", "messages": [{ "role": "user", "content": text }] }))
            .send()
            .await?
            .json()
            .await
    }
}

// An Identity among the arguments is the lock: without one actix-identity answers 401.
#[post("/answer")]
async fn answer(who: Identity, ai: web::Data<Cohere>, q: web::Json<Question>) -> impl Responder {
    log_use(&who.id().unwrap_or_default());
    match ai.chat(&q.text).await {
        Ok(v) => HttpResponse::Ok().json(&v["message"]["content"][0]["text"]),
        Err(_) => HttpResponse::BadGateway().finish(),
    }
}

#[get("/threads")]
async fn threads(_: Identity) -> impl Responder {
    web::Json(["What the jackdaws did"])
}

fn log_use(who: &str) {
    println!("audit user={who} did=answer");
}

pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(answer).service(threads);
}
