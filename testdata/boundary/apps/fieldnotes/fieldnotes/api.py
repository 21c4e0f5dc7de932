import os

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer
from openai import OpenAI

app = FastAPI()
keys = jwt.PyJWKClient(f"https://{os.environ['AUTH0_DOMAIN']}/.well-known/jwks.json")
client = OpenAI()


def member(creds=Depends(HTTPBearer())):
    try:
        key = keys.get_signing_key_from_jwt(creds.credentials)
        return jwt.decode(creds.credentials, key.key, algorithms=["RS256"], audience=os.environ["AUTH0_AUDIENCE"])
    except jwt.PyJWTError as e:
        raise HTTPException(401) from e


@app.post("/themes")
def themes(answers: list[str], who: dict = Depends(member)):
    text = "\n".join(a[:400] for a in answers[:200])
    out = client.responses.create(model="gpt-4.1-mini", input=f"Name five themes in these answers:\n{text}")
    return {"themes": out.output_text}
