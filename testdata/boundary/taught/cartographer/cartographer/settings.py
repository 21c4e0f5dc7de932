from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="CARTO_")

    database_url: str
    project: str = "cartographer-eu"
    location: str = "europe-west4"
    model: str = "gemini-2.5-flash"


settings = Settings()
