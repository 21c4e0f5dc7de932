from datetime import UTC, datetime, timedelta
from typing import Annotated

import jwt
from fastapi import Cookie, Depends, HTTPException, Response, status
from pwdlib import PasswordHash
from sqlalchemy import select

from .db import Session, session
from .models import User
from .settings import settings

passwords = PasswordHash.recommended()
LIFETIME = timedelta(hours=8)


def start(response: Response, user: User) -> None:
    token = jwt.encode(
        {"sub": str(user.id), "firm": str(user.firm_id), "exp": datetime.now(UTC) + LIFETIME},
        settings.token_secret.get_secret_value(),
        algorithm="HS256",
    )
    response.set_cookie("cb", token, httponly=True, secure=True, samesite="lax", max_age=8 * 3600)


async def current(
    db: Annotated[Session, Depends(session)], cb: Annotated[str | None, Cookie()] = None
) -> User:
    try:
        claims = jwt.decode(cb or "", settings.token_secret.get_secret_value(), algorithms=["HS256"])
    except jwt.PyJWTError:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED) from None
    user = await db.scalar(select(User).where(User.id == claims["sub"], User.closed_at.is_(None)))
    if user is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED)
    return user


Who = Annotated[User, Depends(current)]


def partner(who: Who) -> User:
    if who.role != "partner":
        raise HTTPException(status.HTTP_403_FORBIDDEN)
    return who
