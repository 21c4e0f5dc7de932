import voyageai

from .settings import settings

_client = voyageai.AsyncClient(api_key=settings.voyage_api_key.get_secret_value())


async def embed(texts: list[str], kind: str) -> list[list[float]]:
    found = await _client.embed(texts, model="voyage-law-2", input_type=kind)
    return found.embeddings
