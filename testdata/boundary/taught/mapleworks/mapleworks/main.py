from fastapi import FastAPI

from . import answers, hooks

app = FastAPI(title="Mapleworks", docs_url=None)
app.include_router(answers.router, prefix="/api/v1")
app.include_router(hooks.router)


@app.get("/livez")
async def livez():
    return {"ok": True}
