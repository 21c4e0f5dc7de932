from fastapi import APIRouter, HTTPException
from openai import AsyncAzureOpenAI
from pydantic import BaseModel

from . import settings
from .screen import allowed

router = APIRouter()
azure = AsyncAzureOpenAI(azure_endpoint=settings.AZURE_ENDPOINT, api_key=settings.AZURE_KEY, api_version="2024-10-21")


class Turn(BaseModel):
    messages: list[dict]
    model: str = "gpt-4o"


@router.post("/chat/completions")
async def completions(turn: Turn):
    out = await azure.chat.completions.create(model=turn.model, messages=turn.messages)
    return out.model_dump()


@router.post("/letters")
async def letters(turn: Turn):
    text = turn.messages[-1]["content"]
    if not await allowed(text):
        raise HTTPException(403, "not allowed")
    out = await azure.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": f"Answer this letter: {text}"}])
    return {"letter": out.choices[0].message.content}
