from functools import wraps

from flask import Blueprint, abort, jsonify, request
from flask_login import current_user

from .cook import ask

bp = Blueprint("menu", __name__)


def chef(view):
    @wraps(view)
    def inner(*args, **kwargs):
        if not current_user.is_authenticated or current_user.role != "chef":
            abort(403)
        return view(*args, **kwargs)

    return inner


@bp.post("/week")
@chef
def week():
    return jsonify(menu=ask(f"A menu for a week from: {', '.join(request.json['stock'])}"))
