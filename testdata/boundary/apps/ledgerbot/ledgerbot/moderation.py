import re

RISKY = re.compile(r"\b(launder|bribe|backdate)\w*", re.IGNORECASE)


def risk(text: str) -> float:
    return min(1.0, 0.5 * len(RISKY.findall(text)))
