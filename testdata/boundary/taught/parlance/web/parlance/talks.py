import anthropic
from flask import Blueprint, render_template
from flask_login import current_user
from langsmith.wrappers import wrap_anthropic

from .models import Talk

talks = Blueprint("talks", __name__)
claude = wrap_anthropic(anthropic.Anthropic())


@talks.get("/")
def index():
    return render_template("talks.html", talks=Talk.query.filter_by(user_id=current_user.id))


@talks.post("/<int:talk_id>/summary")
def summary(talk_id: int):
    talk = Talk.query.filter_by(id=talk_id, user_id=current_user.id).first_or_404()
    out = claude.messages.create(
        model="claude-sonnet-4-5",
        max_tokens=800,
        messages=[{"role": "user", "content": f"Summarise this talk in ten lines:\n\n{talk.captions}"}],
    )
    return {"summary": out.content[0].text}
