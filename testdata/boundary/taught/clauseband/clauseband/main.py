from typing import Annotated

from fastapi import Depends, FastAPI, Form, HTTPException, Response
from sqlalchemy import select

from .db import Db
from .models import Contract, User
from .redline import redline
from .routes import clauses, firms
from .security import Who, current, passwords, start
from .summary import summarise

app = FastAPI(title="Clauseband", docs_url=None)
app.include_router(clauses.router)
app.include_router(firms.router)


@app.post("/session", status_code=204)
async def sign_in(email: Annotated[str, Form()], password: Annotated[str, Form()], db: Db, response: Response) -> None:
    user = await db.scalar(select(User).where(User.email == email, User.closed_at.is_(None)))
    if user is None or not passwords.verify(password, user.password_hash):
        raise HTTPException(401)
    start(response, user)


@app.post("/contracts/{contract_id}/summary", dependencies=[Depends(current)])
async def summary(contract_id: int, db: Db, who: Who) -> dict:
    contract = await db.get_one(Contract, contract_id)
    if contract.firm_id != who.firm_id:
        raise HTTPException(404)
    return {"summary": await summarise(contract.text)}


@app.post("/contracts/{contract_id}/redline")
async def compare(contract_id: int, clause: str, who: Who, db: Db) -> dict:
    contract = await db.get_one(Contract, contract_id)
    if contract.firm_id != who.firm_id:
        raise HTTPException(404)
    return {"redline": await redline(clause, contract.standard)}
