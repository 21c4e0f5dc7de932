import os

import voyageai
from openai import OpenAI

llm = OpenAI(base_url=os.environ["LITELLM_URL"], api_key=os.environ["LITELLM_MASTER_KEY"])
embedder = voyageai.Client(api_key=os.environ["VOYAGE_API_KEY"])


def advise(recipe: dict, fault: str) -> str:
    out = llm.chat.completions.create(
        model="glaze-advisor",
        messages=[
            {"role": "system", "content": "You know the chemistry of stoneware glazes at cone 10."},
            {"role": "user", "content": f"Recipe: {recipe}\nFault: {fault}"},
        ],
    )
    return out.choices[0].message.content or ""


def embed(texts: list[str]) -> list[list[float]]:
    return embedder.embed(texts, model="voyage-3.5", input_type="document").embeddings
