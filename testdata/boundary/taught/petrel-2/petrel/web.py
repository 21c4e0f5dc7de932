import os

import gradio as gr
from authlib.integrations.starlette_client import OAuth, OAuthError
from fastapi import FastAPI, HTTPException, Request
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import RedirectResponse

from .board import board
from .calls import name_call

app = FastAPI(docs_url=None, openapi_url=None)
app.add_middleware(SessionMiddleware, secret_key=os.environ["SESSION_SECRET"], same_site="lax", https_only=True, max_age=43_200)

oauth = OAuth()
oauth.register(
    name="zitadel",
    client_id=os.environ["ZITADEL_CLIENT_ID"],
    server_metadata_url="https://id.petrel.example/.well-known/openid-configuration",
    client_kwargs={"scope": "openid email urn:zitadel:iam:org:project:roles", "code_challenge_method": "S256"},
)


def warden(request: Request) -> str | None:
    user = request.session.get("user")
    return user["email"] if user and "warden" in user["roles"] else None


@app.get("/login")
async def login(request: Request):
    return await oauth.zitadel.authorize_redirect(request, request.url_for("back"))


@app.get("/back")
async def back(request: Request):
    try:
        token = await oauth.zitadel.authorize_access_token(request)
    except OAuthError as e:
        raise HTTPException(401) from e
    info = token["userinfo"]
    request.session["user"] = {"email": info["email"], "roles": list(info.get("urn:zitadel:iam:org:project:roles", {}))}
    return RedirectResponse("/board")


@app.post("/recorders/{box}/call")
async def call(box: str, request: Request):
    token = request.headers.get("x-box-token", "")
    if not await known_box(box, token):
        raise HTTPException(401)
    return {"species": await name_call(await request.body())}


async def known_box(box: str, token: str) -> bool:
    from .boxes import digest_of, same

    return same(await digest_of(box), token)


app = gr.mount_gradio_app(app, board, path="/board", auth_dependency=warden)
