from typing import Annotated

import jwt
from fastapi import Depends, HTTPException, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from .config import config

bearer = HTTPBearer(auto_error=True)
jwks = jwt.PyJWKClient(f"{config.keycloak_issuer}/protocol/openid-connect/certs", cache_keys=True)


def worker(creds: Annotated[HTTPAuthorizationCredentials, Security(bearer)]) -> dict:
    key = jwks.get_signing_key_from_jwt(creds.credentials).key
    try:
        return jwt.decode(creds.credentials, key, ["RS256"], audience=config.keycloak_audience, issuer=config.keycloak_issuer)
    except jwt.InvalidTokenError as e:
        raise HTTPException(401, "token") from e


def planner(claims: Annotated[dict, Depends(worker)]) -> dict:
    if "planner" not in claims.get("realm_access", {}).get("roles", []):
        raise HTTPException(403, "planners only")
    return claims


Worker = Annotated[dict, Depends(worker)]
