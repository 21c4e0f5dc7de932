from google import genai
from google.genai import types

from .settings import settings

client = genai.Client(vertexai=True, project=settings.project, location=settings.location)


async def describe(picture: bytes, mime: str, ask: str) -> str:
    out = await client.aio.models.generate_content(
        model=settings.model,
        contents=[types.Part.from_bytes(data=picture, mime_type=mime), ask],
    )
    return out.text or ""
