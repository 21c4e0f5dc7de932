from anthropic import AsyncAnthropic

from .settings import settings

_claude = AsyncAnthropic(api_key=settings.anthropic_api_key.get_secret_value())


async def summarise(contract: str) -> str:
    message = await _claude.messages.create(
        model="claude-haiku-4-5",
        max_tokens=800,
        messages=[{"role": "user", "content": f"Summarise for a partner:\n{contract}"}],
    )
    return message.content[0].text
