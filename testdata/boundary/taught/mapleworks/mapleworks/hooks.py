import hashlib
import hmac

from fastapi import APIRouter, BackgroundTasks, Header, HTTPException, Request

from .config import config
from .digest import summarise

router = APIRouter(prefix="/hooks")


@router.post("/breakdown")
async def breakdown(request: Request, tasks: BackgroundTasks, x_signature: str = Header()):
    body = await request.body()
    want = hmac.new(config.service_shared_secret.get_secret_value().encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(want, x_signature):
        raise HTTPException(401, "signature")
    tasks.add_task(summarise, body)
    return {"accepted": True}
