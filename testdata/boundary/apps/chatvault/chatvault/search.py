import json
import os
from pathlib import Path

from flask import Blueprint, abort, request, session
from mistralai import Mistral

bp = Blueprint("search", __name__)
model = Mistral(api_key=os.environ["MISTRAL_API_KEY"])
EXPORTS = Path("exports")


@bp.before_request
def members_only():
    if "who" not in session:
        abort(401)


@bp.post("/search")
def index():
    words = request.form["q"]
    turns = [t["text"] for f in EXPORTS.glob("*.json") for t in json.loads(f.read_text())["turns"]]
    out = model.chat.complete(model="mistral-small-latest", messages=[{"role": "user", "content": f"{words}\n\n" + "\n".join(turns[:80])}])
    return {"answer": out.choices[0].message.content}
