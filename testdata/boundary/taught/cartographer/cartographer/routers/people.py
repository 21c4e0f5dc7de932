from fastapi import APIRouter
from firebase_admin import auth

router = APIRouter()


@router.post("/{uid}/close", status_code=204)
def close(uid: str) -> None:
    auth.update_user(uid, disabled=True)
    auth.revoke_refresh_tokens(uid)
