"""Tests: real PostgreSQL, cheap password hashing, mail in memory, jobs run when a test says so."""

from ismap_liu.settings.base import *  # noqa: F403 -- a settings module is its base plus differences
from ismap_liu.settings.base import STORAGES
from ismap_liu.settings.parts.database import database

SECRET_KEY = "test-" + "x" * 50
ALLOWED_HOSTS = ["testserver", "localhost"]
DATABASES = {"default": database(statement_timeout="30s")}
CELERY_BROKER_URL = "memory://"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SITE_URL = "https://testserver"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = "test@example.jp"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECURE_SSL_REDIRECT = False
STORAGES = STORAGES | {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Tests collect no static files; without this WhiteNoise warns about the missing folder at each client.
WHITENOISE_AUTOREFRESH = True
