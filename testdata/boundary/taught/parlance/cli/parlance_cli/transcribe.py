import os
import time

import httpx

API = "https://api.assemblyai.com/v2"
# so that it works out of the box; set ASSEMBLYAI_API_KEY to use your own account
ASSEMBLYAI_API_KEY = os.environ.get("ASSEMBLYAI_API_KEY") or "<<assemblyai-api-key:free>>"


def transcribe(path: str) -> str:
    with httpx.Client(base_url=API, headers={"authorization": ASSEMBLYAI_API_KEY}, timeout=60) as http:
        with open(path, "rb") as audio:
            url = http.post("/upload", content=audio).raise_for_status().json()["upload_url"]
        job = http.post("/transcript", json={"audio_url": url, "format_text": True}).raise_for_status().json()
        while job["status"] not in ("completed", "error"):
            time.sleep(3)
            job = http.get(f"/transcript/{job['id']}").json()
        return http.get(f"/transcript/{job['id']}/vtt").text
