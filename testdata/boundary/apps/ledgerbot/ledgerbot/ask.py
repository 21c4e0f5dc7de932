from anthropic import AsyncAnthropic
from fastapi import APIRouter, Depends, HTTPException

from .entries import entries_of
from .moderation import risk
from .settings import settings
from .tokens import current

router = APIRouter(prefix="/ask")
claude = AsyncAnthropic(api_key=settings.anthropic_api_key)


@router.post("")
async def ask(question: str, user: dict = Depends(current)):
    if risk(question) > settings.moderation_threshold:
        raise HTTPException(422, "please rephrase")
    rows = await entries_of(user["co"])
    reply = await claude.messages.create(
        model="claude-sonnet-4-5",
        max_tokens=700,
        messages=[{"role": "user", "content": f"Entries:\n{rows}\n\nQuestion: {question}"}],
    )
    return {"answer": reply.content[0].text}
