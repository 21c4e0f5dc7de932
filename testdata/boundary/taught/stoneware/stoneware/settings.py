import os
from datetime import timedelta

SECRET_KEY = os.environ["DJANGO_SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = ["api.stoneware.example"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "social_django",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "glazes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

AUTHENTICATION_BACKENDS = ["social_core.backends.okta_openidconnect.OktaOpenIdConnect"]
SOCIAL_AUTH_OKTA_OPENIDCONNECT_KEY = os.environ["OKTA_CLIENT_ID"]
SOCIAL_AUTH_OKTA_OPENIDCONNECT_SECRET = os.environ["OKTA_CLIENT_SECRET"]
SOCIAL_AUTH_OKTA_OPENIDCONNECT_API_URL = os.environ["OKTA_ISSUER"]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/hour"},
}

SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
}

ROOT_URLCONF = "stoneware.urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "stoneware", "HOST": os.environ["PGHOST"]}}
