from fastapi import APIRouter, File, UploadFile
from pydantic import BaseModel

from ..ai import describe

router = APIRouter()


class Caption(BaseModel):
    text: str


@router.post("", response_model=Caption)
async def caption(picture: UploadFile = File(...), language: str = "en"):
    text = await describe(
        await picture.read(),
        picture.content_type or "image/jpeg",
        f"A caption of at most 20 words for this map, in language {language}.",
    )
    return Caption(text=text)
