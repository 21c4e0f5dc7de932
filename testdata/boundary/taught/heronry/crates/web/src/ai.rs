use async_openai::types::{ChatCompletionRequestUserMessageArgs, CreateChatCompletionRequestArgs};
use axum::{Extension, extract::State};

use crate::{config, gate::Birder};

pub async fn sightings(Extension(who): Extension<Birder>) -> String {
    format!("sightings of {}", who.0)
}

pub async fn identify(State(s): State<config::State>, Extension(who): Extension<Birder>, seen: String) -> String {
    ask(&s, &who.0, format!("Which bird is this? {seen}")).await
}

pub async fn report(State(s): State<config::State>, Extension(who): Extension<Birder>, week: String) -> String {
    let text = ask(&s, &who.0, format!("A report of the week: {week}")).await;
    s.hooks.send("report.ready", &text).await;
    text
}

async fn ask(s: &config::State, user: &str, prompt: String) -> String {
    let msg = ChatCompletionRequestUserMessageArgs::default().content(prompt).build().unwrap();
    let req = CreateChatCompletionRequestArgs::default().model("gpt-5-mini").user(user).messages([msg.into()]).build().unwrap();
    let out = s.ai.chat().create(req).await.unwrap();
    out.choices[0].message.content.clone().unwrap_or_default()
}
