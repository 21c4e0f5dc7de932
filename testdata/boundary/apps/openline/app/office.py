from fastapi import APIRouter, HTTPException, Request
from openai import AsyncAzureOpenAI

from . import settings

router = APIRouter()
azure = AsyncAzureOpenAI(azure_endpoint=settings.AZURE_ENDPOINT, api_key=settings.AZURE_KEY, api_version="2024-10-21")


def clerk(request: Request) -> str:
    if "clerk" not in request.session:
        raise HTTPException(401)
    return request.session["clerk"]


@router.post("/digest")
async def digest(texts: list[str]):
    out = await azure.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Sum up:\n" + "\n".join(texts)}])
    return {"digest": out.choices[0].message.content}
