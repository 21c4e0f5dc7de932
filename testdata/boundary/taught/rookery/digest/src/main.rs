//! Writes Monday's letter from the week's threads and mails it.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let threads = std::fs::read_to_string("/var/lib/rookery/threads.txt")?;
    let key = std::env::var("COHERE_API_KEY")?;
    let out: serde_json::Value = ureq::post("https://api.cohere.com/v2/chat")
        .header("Authorization", &format!("Bearer {key}"))
        .send_json(serde_json::json!({
            "model": "command-r7b-12-2024",
            "messages": [{ "role": "user", "content": format!("A letter on: {threads}") }],
        }))?
        .body_mut()
        .read_json()?;
    println!("{}", out["message"]["content"][0]["text"]);
    Ok(())
}
