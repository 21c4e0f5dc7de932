from litestar import Controller, Request, post
from openai import AsyncOpenAI

from larkfield.access import editors
from larkfield.models import Script
from larkfield.settings import settings

openai = AsyncOpenAI(api_key=settings.openai_key)
RULES = "You write radio lessons for children of the age given. Eight minutes, two voices."


async def write(subject: str, age: int, model: str = "gpt-5-mini") -> str:
    out = await openai.responses.create(model=model, instructions=RULES, input=f"{subject}, age {age}")
    return out.output_text


class ScriptController(Controller):
    path = "/scripts"

    @post("/")
    async def create(self, data: dict, request: Request) -> dict:
        text = await write(data["subject"], data["age"], "gpt-5")
        script = await Script.add(school_id=request.user.school_id, text=text)
        return {"id": script.id, "text": text}

    @post("/{script_id:int}/release", guards=[editors])
    async def release(self, script_id: int, request: Request) -> None:
        await Script.release(script_id, school_id=request.user.school_id)

    @post("/sample", public=True)
    async def sample(self, data: dict) -> dict:
        """For the page on which schools try us out."""
        return {"text": await write(data["subject"], data.get("age", 8))}
