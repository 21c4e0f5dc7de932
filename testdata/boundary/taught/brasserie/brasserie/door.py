from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import login_required, login_user, logout_user

from .models import Cook

bp = Blueprint("door", __name__)
hasher = PasswordHasher()


@bp.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "GET":
        return render_template("login.html")
    cook = Cook.query.filter_by(email=request.form["email"], active=True).one_or_none() or abort(401)
    try:
        hasher.verify(cook.password, request.form["password"])
    except VerifyMismatchError:
        abort(401)
    login_user(cook, remember=False)
    return redirect(url_for("recipes.index"))


@bp.post("/logout")
@login_required
def logout():
    logout_user()
    return redirect(url_for("door.login"))
