from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import select

from ..models import Clause
from ..security import Who
from ..db import Db
from ..vectors import embed

router = APIRouter(prefix="/clauses", tags=["clauses"])


class Search(BaseModel):
    text: str = Field(max_length=8000)


@router.post("/similar")
async def similar(body: Search, who: Who, db: Db) -> list[dict]:
    vector = (await embed([body.text], "query"))[0]
    rows = await db.scalars(
        select(Clause)
        .where(Clause.firm_id == who.firm_id)
        .order_by(Clause.vector.cosine_distance(vector))
        .limit(12)
    )
    return [{"id": c.id, "text": c.text, "contract": c.contract_id} for c in rows]
