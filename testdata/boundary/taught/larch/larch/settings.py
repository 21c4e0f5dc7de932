import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ["DJANGO_SECRET_KEY"]
ALLOWED_HOSTS = ["app.larch.example"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.saml",
    "django_scim",
    "auditlog",
    "notes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_scim.middleware.SCIMAuthCheckMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
]

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
SESSION_COOKIE_AGE = 8 * 60 * 60
SCIM_SERVICE_PROVIDER = {
    "NETLOC": "app.larch.example",
    "AUTHENTICATION_SCHEMES": [{"type": "oauthbearertoken", "name": "Bearer", "description": "Token"}],
    "USER_ADAPTER": "notes.scim.CentreUser",
}
SCIM_BEARER_TOKEN = os.environ["SCIM_BEARER_TOKEN"]
