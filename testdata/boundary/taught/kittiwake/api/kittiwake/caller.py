from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi_plugin.fast_api_client import Auth0FastAPI

from .settings import settings

auth0 = Auth0FastAPI(domain=settings().auth0_domain, audience=settings().auth0_audience)


class Caller:
    def __init__(self, sub: str, firm: str, permissions: list[str]):
        self.sub, self.firm, self.permissions = sub, firm, permissions


async def caller(claims: Annotated[dict, Depends(auth0.require_auth())]) -> Caller:
    firm = claims.get("org_id")
    if not firm:
        raise HTTPException(403, "no firm")
    return Caller(claims["sub"], firm, claims.get("permissions", []))


def may(permission: str):
    async def check(who: Annotated[Caller, Depends(caller)]) -> Caller:
        if permission not in who.permissions:
            raise HTTPException(403, "not allowed")
        return who

    return check
