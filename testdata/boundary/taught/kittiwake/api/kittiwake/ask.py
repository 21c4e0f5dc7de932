from fastapi import APIRouter, Request
from langsmith.wrappers import wrap_openai
from openai import AsyncOpenAI
from pinecone import PineconeAsyncio
from pydantic import BaseModel

from .settings import settings

router = APIRouter()
client = wrap_openai(AsyncOpenAI(api_key=settings().openai_api_key, project=settings().openai_project))


class Question(BaseModel):
    text: str
    contract: str


@router.post("")
async def ask(q: Question, request: Request) -> dict:
    embedding = await client.embeddings.create(model="text-embedding-3-small", input=q.text)
    async with PineconeAsyncio(api_key=settings().pinecone_api_key) as pc:
        async with pc.IndexAsyncio(host="clauses-7fq2k1x.svc.pinecone.io") as index:
            near = await index.query(vector=embedding.data[0].embedding, top_k=6, filter={"contract": q.contract})
    answer = await client.responses.create(
        model="gpt-5-mini",
        instructions="Answer with the clause's number.",
        input=f"{near}\n\n{q.text}",
    )
    return {"answer": answer.output_text}
