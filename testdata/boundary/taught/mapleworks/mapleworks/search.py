import voyageai
from qdrant_client import AsyncQdrantClient

from .config import config

voyage = voyageai.AsyncClient(api_key=config.voyage_api_key.get_secret_value())
store = AsyncQdrantClient(url=config.qdrant_url, api_key=config.qdrant_api_key.get_secret_value())


async def passages(question: str, limit: int = 6) -> str:
    v = await voyage.embed([question], model="voyage-3.5", input_type="query")
    hits = await store.query_points("manuals", query=v.embeddings[0], limit=limit)
    return "\n---\n".join(p.payload["text"] for p in hits.points)
