from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import login_required, login_user, logout_user

from .models import User

door = Blueprint("door", __name__)


@door.route("/sign-in", methods=["GET", "POST"])
def sign_in():
    if request.method == "POST":
        user = User.query.filter_by(email=request.form["email"].strip().lower()).first()
        if user is None or not user.knows(request.form["password"]):
            abort(401)
        login_user(user, remember="stay" in request.form)
        return redirect(url_for("talks.index"))
    return render_template("sign_in.html")


@door.post("/sign-out")
@login_required
def sign_out():
    logout_user()
    return redirect(url_for("door.sign_in"))
