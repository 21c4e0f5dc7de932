from pathlib import Path

WORDS = [w for w in (Path(__file__).parent / "words.txt").read_text().split("\n") if w]


def harmless(text: str) -> bool:
    return not any(w in text.lower() for w in WORDS)
