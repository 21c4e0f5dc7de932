from datetime import UTC, datetime, timedelta

import jwt
from fastapi import Depends, HTTPException
from fastapi.security import HTTPBearer

from .settings import settings

bearer = HTTPBearer()
LIFETIME = timedelta(hours=12)


def issue(user_id: int, company_id: int) -> str:
    claims = {"sub": str(user_id), "co": company_id, "exp": datetime.now(UTC) + LIFETIME}
    return jwt.encode(claims, settings.anthropic_api_key, algorithm="HS256")


def current(creds=Depends(bearer)) -> dict:
    try:
        return jwt.decode(creds.credentials, settings.anthropic_api_key, algorithms=["HS256"])
    except jwt.PyJWTError as e:
        raise HTTPException(401, "sign in again") from e
