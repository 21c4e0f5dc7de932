from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from .settings import settings

engine = create_async_engine(settings.database_url, pool_pre_ping=True)


class Places:
    async def get(self, place_id: int) -> dict | None:
        async with engine.connect() as c:
            row = (await c.execute(text("select * from places where id = :id"), {"id": place_id})).mappings().first()
            return dict(row) if row else None

    async def set_legend(self, place_id: int, legend: str) -> None:
        async with engine.begin() as c:
            await c.execute(text("update places set legend = :l where id = :id"), {"l": legend, "id": place_id})


places = Places()
