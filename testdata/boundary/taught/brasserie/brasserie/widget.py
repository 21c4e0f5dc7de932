"""The question box on the restaurants' public pages."""

from flask import Blueprint, abort, g, jsonify, request

from .cook import ask, client

bp = Blueprint("widget", __name__)


@bp.before_request
def gatekeeper():
    g.question = (request.get_json(silent=True) or {}).get("question", "")[:2000]
    verdict = client.classifiers.moderate(model="mistral-moderation-latest", inputs=[g.question])
    if any(verdict.results[0].categories.values()):
        abort(403)


@bp.post("/ask")
def question():
    return jsonify(answer=ask(f"You are the waiter. {g.question}", model="mistral-large-latest"))


@bp.post("/translate")
def translate():
    return jsonify(text=ask(f"Translate into {request.json['to']}: {g.question}"))
