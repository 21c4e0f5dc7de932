import os
from dataclasses import dataclass, field


def need(name: str) -> str:
    return field(default_factory=lambda: os.environ[name])


@dataclass(frozen=True)
class Settings:
    jwt_secret: str = need("JWT_SECRET")
    csrf_secret: str = need("CSRF_SECRET")
    openai_key: str = need("OPENAI_ADMIN_KEY")
    elevenlabs_key: str = need("ELEVENLABS_API_KEY")
    database: str = need("DATABASE_URL")


settings = Settings()
