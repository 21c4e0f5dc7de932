mod answer;
mod signin;

use actix_identity::IdentityMiddleware;
use actix_session::{storage::RedisSessionStore, SessionMiddleware};
use actix_web::{cookie::Key, middleware::Logger, web, App, HttpResponse, HttpServer};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let key = Key::from(std::env::var("BOARD_COOKIE_KEY").expect("BOARD_COOKIE_KEY").as_bytes());
    let store = RedisSessionStore::new(std::env::var("REDIS_URL").expect("REDIS_URL")).await.expect("redis");
    let ai = web::Data::new(answer::Cohere::from_env());

    HttpServer::new(move || {
        App::new()
            .app_data(ai.clone())
            .wrap(Logger::default())
            .wrap(IdentityMiddleware::default())
            .wrap(SessionMiddleware::new(store.clone(), key.clone()))
            .route("/alive", web::get().to(HttpResponse::Ok))
            .service(web::scope("/signin").configure(signin::routes))
            .service(web::scope("/api").configure(answer::routes))
    })
    .bind(("0.0.0.0", 8080))?
    .run()
    .await
}
