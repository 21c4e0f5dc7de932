from flask import Flask
from flask_login import LoginManager, login_required

from .models import User, db


def create_app() -> Flask:
    app = Flask(__name__)
    app.config.from_prefixed_env("PARLANCE")
    app.config.update(
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_DURATION=14 * 24 * 3600,
    )
    db.init_app(app)

    login = LoginManager(app)
    login.login_view = "door.sign_in"
    login.session_protection = "strong"

    @login.user_loader
    def load(user_id: str):
        return db.session.get(User, int(user_id))

    from .door import door
    from .talks import talks

    @talks.before_request
    @login_required
    def members_only():
        """Runs before every view of the blueprint."""

    app.register_blueprint(door)
    app.register_blueprint(talks, url_prefix="/talks")
    return app
