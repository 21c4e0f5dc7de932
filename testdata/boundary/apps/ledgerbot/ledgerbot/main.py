from fastapi import FastAPI

from . import ask, login

app = FastAPI(title="Ledgerbot")
app.include_router(login.router)
app.include_router(ask.router)


@app.get("/healthz")
async def healthz():
    return {"ok": True}
