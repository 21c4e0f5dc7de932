from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Config(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    anthropic_api_key: SecretStr
    voyage_api_key: SecretStr
    qdrant_url: str = "http://qdrant:6333"
    qdrant_api_key: SecretStr
    keycloak_issuer: str = "https://id.mapleworks.example/realms/plants"
    keycloak_audience: str = "mapleworks-api"
    service_shared_secret: SecretStr


config = Config()
