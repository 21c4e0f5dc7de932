use actix_web::{Error, body::MessageBody, dev::{ServiceRequest, ServiceResponse}, error::ErrorUnauthorized, middleware::Next};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Claims {
    pub sub: String,
}

pub async fn potter(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let key = std::env::var("SESSION_KEY").map_err(ErrorUnauthorized)?;
    let cookie = req.cookie("kiln").ok_or_else(|| ErrorUnauthorized("sign in"))?;
    decode::<Claims>(cookie.value(), &DecodingKey::from_secret(key.as_bytes()), &Validation::new(Algorithm::HS256)).map_err(ErrorUnauthorized)?;
    next.call(req).await
}
