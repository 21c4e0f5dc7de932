"""Shown in the footer: what is left of the month's credits."""

import os

import httpx


async def left() -> float:
    async with httpx.AsyncClient(base_url="https://openrouter.ai/api/v1") as c:
        r = await c.get("/credits", headers={"Authorization": f"Bearer {os.environ['OPENROUTER_MANAGEMENT_KEY']}"})
    data = r.json()["data"]
    return data["total_credits"] - data["total_usage"]
