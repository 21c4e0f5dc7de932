from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    database_url: str
    anthropic_api_key: str
    moderation_threshold: float = 0.4


settings = Settings()
