mod patterns;
mod sign_in;

use axum::{Router, extract::FromRef, routing::{get, post}};
use axum_extra::extract::cookie::Key;

#[derive(Clone)]
pub struct Book {
    key: Key,
}

impl FromRef<Book> for Key {
    fn from_ref(book: &Book) -> Key {
        book.key.clone()
    }
}

#[tokio::main]
async fn main() {
    let book = Book { key: Key::from(std::env::var("COOKIE_KEY").unwrap().as_bytes()) };
    let app = Router::new()
        .route("/", get(patterns::index))
        .route("/patterns", post(patterns::draw))
        .route("/sign-in", get(sign_in::start))
        .route("/sign-in/done", get(sign_in::done))
        .with_state(book);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
