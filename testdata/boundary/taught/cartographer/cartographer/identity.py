from typing import Annotated

import firebase_admin
from fastapi import Depends, HTTPException, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from firebase_admin import auth

firebase_admin.initialize_app()
bearer = HTTPBearer(auto_error=False)


def current_user(creds: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> dict:
    if creds is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED)
    try:
        return auth.verify_id_token(creds.credentials, check_revoked=True)
    except (auth.InvalidIdTokenError, auth.UserDisabledError) as err:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED) from err


def keeper(user: Annotated[dict, Depends(current_user)]) -> dict:
    if user.get("role") != "keeper":
        raise HTTPException(status.HTTP_403_FORBIDDEN)
    return user
