"""Names and telephone numbers are taken out before the text goes to the model."""

import re

TELEPHONE = re.compile(r"\+?\d[\d ()/-]{7,}\d")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


def without_people(text: str) -> str:
    return MAIL.sub("[mail]", TELEPHONE.sub("[telephone]", text))
