import os

from mistralai import Mistral

client = Mistral(api_key=os.environ["MISTRAL_API_KEY"])


def ask(text: str, model: str = "mistral-small-latest") -> str:
    out = client.chat.complete(model=model, messages=[{"role": "user", "content": text}], max_tokens=800)
    return out.choices[0].message.content
