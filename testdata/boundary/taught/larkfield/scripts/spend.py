"""Prints what the school year has cost so far. Run by hand, by the treasurer."""

import os

import httpx

r = httpx.get(
    "https://api.openai.com/v1/organization/costs",
    params={"start_time": 1756684800, "limit": 180},
    headers={"Authorization": f"Bearer {os.environ['TREASURER_OPENAI_KEY']}"},
)
print(sum(b["amount"]["value"] for d in r.json()["data"] for b in d["results"]))
