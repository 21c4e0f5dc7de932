import asyncpg
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from fastapi import APIRouter, HTTPException

from .settings import settings
from .tokens import issue

router = APIRouter()
hasher = PasswordHasher()


@router.post("/login")
async def login(email: str, password: str):
    conn = await asyncpg.connect(settings.database_url)
    row = await conn.fetchrow("select id, company_id, password_hash from account where email = lower($1)", email)
    await conn.close()
    if row is None:
        raise HTTPException(401, "unknown address or wrong password")
    try:
        hasher.verify(row["password_hash"], password)
    except VerifyMismatchError as e:
        raise HTTPException(401, "unknown address or wrong password") from e
    return {"token": issue(row["id"], row["company_id"])}
