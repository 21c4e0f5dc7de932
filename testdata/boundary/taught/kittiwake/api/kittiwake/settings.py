from functools import lru_cache

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    auth0_domain: str
    auth0_audience: str = "https://api.kittiwake.example"
    openai_api_key: str
    openai_project: str | None = None
    pinecone_api_key: str
    database_url: str


@lru_cache
def settings() -> Settings:
    return Settings()
