import anthropic
from django.conf import settings

GROUNDS = ["traffic", "noise", "daylight", "heritage", "trees", "other"]


def sort_objection(text: str) -> list[str]:
    client = anthropic.Anthropic(api_key=settings.ANTHROPIC_API_KEY)
    reply = client.messages.create(
        model="claude-haiku-4-5",
        max_tokens=200,
        system=f"Name the grounds of a planning objection, one a line, of: {', '.join(GROUNDS)}",
        messages=[{"role": "user", "content": text[:20000]}],
    )
    return [line.strip() for line in reply.content[0].text.splitlines() if line.strip() in GROUNDS]
