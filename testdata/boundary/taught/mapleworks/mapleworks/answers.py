from anthropic import AsyncAnthropic
from fastapi import APIRouter, Depends
from sse_starlette.sse import EventSourceResponse

from .config import config
from .search import passages
from .security import Worker, planner, worker

router = APIRouter(prefix="/answers", dependencies=[Depends(worker)])
claude = AsyncAnthropic(api_key=config.anthropic_api_key.get_secret_value())


@router.post("")
async def answer(question: str):
    found = await passages(question)
    reply = await claude.messages.create(
        model="claude-sonnet-4-5",
        max_tokens=700,
        messages=[{"role": "user", "content": f"{found}\n\n{question}"}],
    )
    return {"answer": reply.content[0].text}


@router.get("/stream")
async def stream(question: str, who: Worker):
    async def events():
        async with claude.messages.stream(
            model="claude-sonnet-4-5", max_tokens=700, messages=[{"role": "user", "content": question}], metadata={"user_id": who["sub"]}
        ) as s:
            async for text in s.text_stream:
                yield {"data": text}

    return EventSourceResponse(events())


@router.delete("/cache", dependencies=[Depends(planner)])
async def forget():
    return {"dropped": True}
