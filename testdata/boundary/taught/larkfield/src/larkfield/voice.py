from elevenlabs.client import AsyncElevenLabs
from litestar import Controller, Request, get
from litestar.response import Stream

from larkfield.models import Script
from larkfield.settings import settings

voices = AsyncElevenLabs(api_key=settings.elevenlabs_key)


class VoiceController(Controller):
    path = "/voice"

    @get("/{script_id:int}")
    async def speak(self, script_id: int, request: Request) -> Stream:
        script = await Script.of(script_id, school_id=request.user.school_id)
        return Stream(voices.text_to_speech.convert(voice_id=script.voice, text=script.text), media_type="audio/mpeg")
