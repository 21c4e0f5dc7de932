from fastapi import APIRouter, Depends
from sqlalchemy import select, update
from sqlalchemy.sql import func

from ..db import Db
from ..models import User
from ..security import Who, partner

router = APIRouter(prefix="/firm", dependencies=[Depends(partner)])


@router.get("/people")
async def people(who: Who, db: Db) -> list[dict]:
    rows = await db.scalars(select(User).where(User.firm_id == who.firm_id))
    return [{"id": u.id, "email": u.email, "role": u.role} for u in rows]


@router.delete("/people/{user_id}", status_code=204)
async def close(user_id: int, who: Who, db: Db) -> None:
    await db.execute(
        update(User).where(User.id == user_id, User.firm_id == who.firm_id).values(closed_at=func.now())
    )
    await db.commit()
