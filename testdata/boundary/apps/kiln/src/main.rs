mod glaze;
mod session;

use actix_web::{App, HttpServer, middleware::from_fn, web};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| {
        App::new().service(
            web::scope("/api")
                .wrap(from_fn(session::potter))
                .route("/glazes", web::post().to(glaze::suggest)),
        )
    })
    .bind(("0.0.0.0", 8080))?
    .run()
    .await
}
