from fastapi import APIRouter, UploadFile

from ..ai import describe
from ..store import places

router = APIRouter()


@router.get("/{place_id}")
async def show(place_id: int):
    return await places.get(place_id)


@router.post("/{place_id}/legend")
async def legend(place_id: int, sheet: UploadFile):
    text = await describe(await sheet.read(), sheet.content_type or "image/png", "Write down the legend of this map.")
    await places.set_legend(place_id, text)
    return {"legend": text}
