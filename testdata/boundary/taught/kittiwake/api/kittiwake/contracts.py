from typing import Annotated

import asyncpg
from fastapi import APIRouter, Depends

from .caller import Caller, caller, may
from .settings import settings

router = APIRouter()


@router.get("")
async def mine(who: Annotated[Caller, Depends(caller)]) -> list[dict]:
    db = await asyncpg.connect(settings().database_url)
    rows = await db.fetch("select id, title from contracts where org_id = $1", who.firm)
    return [dict(r) for r in rows]


@router.delete("/{contract}")
async def remove(contract: str, who: Annotated[Caller, Depends(may("delete:contracts"))]) -> dict:
    db = await asyncpg.connect(settings().database_url)
    await db.execute("delete from contracts where id = $1 and org_id = $2", contract, who.firm)
    await db.execute("insert into audit_log (actor, action, subject) values ($1, 'contract.deleted', $2)", who.sub, contract)
    return {"gone": contract}
