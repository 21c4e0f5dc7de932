from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware.sessions import SessionMiddleware

from . import assist, office, settings

app = FastAPI(title="Open line")
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
app.add_middleware(SessionMiddleware, secret_key=settings.SESSION_SECRET, https_only=True)
app.include_router(assist.router, prefix="/v1")
app.include_router(office.router, prefix="/office", dependencies=[Depends(office.clerk)])
