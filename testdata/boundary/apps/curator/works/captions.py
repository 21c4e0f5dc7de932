import os

from huggingface_hub import InferenceClient

client = InferenceClient(token=os.environ["HF_TOKEN"], timeout=30)


def caption_of(image) -> str:
    with image.open("rb") as f:
        return client.image_to_text(f.read(), model="Salesforce/blip-image-captioning-large").generated_text
