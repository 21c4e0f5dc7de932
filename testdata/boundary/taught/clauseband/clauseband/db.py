from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession as Session
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from .settings import settings

_make = async_sessionmaker(create_async_engine(settings.database_url), expire_on_commit=False)


async def session() -> AsyncIterator[Session]:
    async with _make() as s:
        yield s


Db = Annotated[Session, Depends(session)]
