from fastapi import Depends, FastAPI

from .identity import current_user, keeper
from .routers import captions, people, places

app = FastAPI(title="Cartographer", docs_url=None)

app.include_router(places.router, prefix="/places", tags=["places"], dependencies=[Depends(current_user)])
app.include_router(captions.router, prefix="/captions", tags=["captions"])
app.include_router(people.router, prefix="/people", tags=["people"], dependencies=[Depends(keeper)])


@app.get("/livez", include_in_schema=False)
def livez() -> dict[str, bool]:
    return {"ok": True}
