from fastapi import Depends, FastAPI

from . import ask, contracts
from .caller import caller

app = FastAPI(title="Kittiwake")


@app.get("/healthz")
async def healthz() -> dict:
    return {"ok": True}


app.include_router(ask.router, prefix="/api/ask", dependencies=[Depends(caller)])
app.include_router(contracts.router, prefix="/api/contracts", dependencies=[Depends(caller)])
