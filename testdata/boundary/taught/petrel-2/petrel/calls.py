import os

from huggingface_hub import AsyncInferenceClient, InferenceClient

ENDPOINT = os.environ["CALLS_ENDPOINT_URL"]
sync = InferenceClient(model=ENDPOINT, token=os.environ["HF_TOKEN"], timeout=20)
talk = InferenceClient(provider="hf-inference", api_key=os.environ["HF_TOKEN"])


def name_file(path: str) -> dict[str, float]:
    return {c.label: c.score for c in sync.audio_classification(path)}


async def name_call(sound: bytes) -> str:
    async with AsyncInferenceClient(model=ENDPOINT, token=os.environ["HF_TOKEN"]) as c:
        return (await c.audio_classification(sound))[0].label


def explain(species: dict) -> str:
    out = talk.chat_completion(
        model="HuggingFaceTB/SmolLM3-3B",
        messages=[{"role": "user", "content": f"How does one tell the call of {species['label']}? Three sentences."}],
        max_tokens=200,
    )
    return out.choices[0].message.content
