import httpx

from . import settings


async def allowed(text: str) -> bool:
    """Only polite letters get in: this is our gate."""
    async with httpx.AsyncClient(timeout=10) as c:
        r = await c.post(
            f"{settings.AZURE_ENDPOINT}/contentsafety/text:analyze?api-version=2024-09-01",
            headers={"Ocp-Apim-Subscription-Key": settings.AZURE_KEY},
            json={"text": text[:5000]},
        )
    return all(c["severity"] < 2 for c in r.json()["categoriesAnalysis"])
