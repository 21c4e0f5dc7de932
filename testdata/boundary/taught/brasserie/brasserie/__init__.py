from flask import Flask, redirect, request, url_for
from flask_login import LoginManager, current_user

from .models import Cook, db

login_manager = LoginManager()


def create_app() -> Flask:
    app = Flask(__name__)
    app.config.from_prefixed_env("BRASSERIE")
    app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
    db.init_app(app)
    login_manager.init_app(app)
    login_manager.login_view = "door.login"

    from . import door, menu, recipes, widget

    app.register_blueprint(door.bp)
    app.register_blueprint(recipes.bp, url_prefix="/recipes")
    app.register_blueprint(menu.bp, url_prefix="/menu")
    app.register_blueprint(widget.bp, url_prefix="/widget")
    return app


@login_manager.user_loader
def load(cook_id: str):
    return db.session.get(Cook, int(cook_id))
