import tomllib
from importlib import resources

import cohere
import httpx

DEFAULTS = tomllib.loads(resources.files(__package__).joinpath("defaults.toml").read_text())


class Client:
    def __init__(self, token: str, **settings):
        rerank = DEFAULTS["rerank"] | settings
        self.http = httpx.Client(base_url=DEFAULTS["server"]["base_url"], headers={"Authorization": f"Bearer {token}"})
        self.co = cohere.ClientV2(api_key=rerank["cohere_api_key"])
        self.model, self.top_n = rerank["model"], rerank["top_n"]

    def ask(self, question: str) -> list[dict]:
        found = self.http.get("/passages", params={"q": question}).raise_for_status().json()
        order = self.co.rerank(model=self.model, query=question, documents=[p["text"] for p in found], top_n=self.top_n)
        return [found[r.index] for r in order.results]
