from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    database_url: str
    token_secret: SecretStr
    anthropic_api_key: SecretStr
    anthropic_admin_key: SecretStr | None = None
    voyage_api_key: SecretStr


settings = Settings()
