from .answers import claude


async def summarise(body: bytes) -> str:
    """Called for each breakdown that a machine reports."""
    reply = await claude.messages.create(
        model="claude-haiku-4-5",
        max_tokens=200,
        messages=[{"role": "user", "content": f"One sentence for the shift book:\n{body.decode()}"}],
    )
    return reply.content[0].text
