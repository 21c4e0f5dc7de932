import os

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session, url_for

from .search import bp

app = Flask(__name__)
app.secret_key = os.environ["FLASK_SECRET_KEY"]
oauth = OAuth(app)
oauth.register(
    "okta",
    client_id=os.environ["OKTA_CLIENT_ID"],
    client_secret=os.environ["OKTA_CLIENT_SECRET"],
    server_metadata_url=f"{os.environ['OKTA_ISSUER']}/.well-known/openid-configuration",
    client_kwargs={"scope": "openid email"},
)
app.register_blueprint(bp)


@app.route("/callback")
def callback():
    session["who"] = oauth.okta.authorize_access_token()["userinfo"]["email"]
    return redirect(url_for("search.index"))


@app.route("/login")
def login():
    return oauth.okta.authorize_redirect(url_for("callback", _external=True))
