"""Settings of one installation, all from the environment; facts of a town are rows."""

import os
from pathlib import Path
from typing import Any

import django_stubs_ext

from config import environment
from config.accounts_settings import *  # noqa: F403 - one part of the settings, in its own file
from config.accounts_settings import MEGDAN_OIDC_ORIGIN
from config.delivery_settings import *  # noqa: F403 - likewise
from config.logs import logging_config
from config.schedule import SCHEDULE
from geo.libs import library_paths

# Django's generic views cannot say which rows they show without it.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("MEGDAN_VAR", str(BASE_DIR / "var")))
# Its list of fonts takes seconds to make and shall outlive the process.
os.environ.setdefault("MPLCONFIGDIR", str(VAR_DIR / "matplotlib"))

# --- What kind of installation this is -----------------------------------------------------------
DEBUG = environment.switch("MEGDAN_DEBUG")
MEGDAN_DEMO = environment.switch("MEGDAN_DEMO")
MEGDAN_HTTPS = environment.switch("MEGDAN_HTTPS", default=not (DEBUG or MEGDAN_DEMO))
# Staff prove themselves by more than an e-mail code: a passkey or an app of their phone.
MEGDAN_STAFF_SECOND_FACTOR = environment.switch(
    "MEGDAN_STAFF_SECOND_FACTOR", default=not (DEBUG or MEGDAN_DEMO)
)
MEGDAN_METRICS_TOKEN = environment.text("MEGDAN_METRICS_TOKEN")
# Where readers find the source of what runs here, as the AGPL asks; shown in the footer.
MEGDAN_SOURCE_URL = environment.text("MEGDAN_SOURCE_URL")
# Whom to tell of a hole in the program, in /.well-known/security.txt: mailto:… or https://….
MEGDAN_SECURITY_CONTACT = environment.text("MEGDAN_SECURITY_CONTACT")
# Empty on purpose when not given: Django then refuses to sign anything.
SECRET_KEY = environment.text("MEGDAN_SECRET_KEY")
SECRET_KEY_FALLBACKS = environment.words("MEGDAN_OLD_SECRET_KEYS")
ALLOWED_HOSTS = environment.words("MEGDAN_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
# The first name of this installation that is no pattern; mail comes from it.
_own_host = next((host for host in ALLOWED_HOSTS if host[0] not in "*.["), "localhost")
CSRF_TRUSTED_ORIGINS = environment.words("MEGDAN_TRUSTED_ORIGINS")

# --- Apps ----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal",
    "incidents",
    "consultations",
    "questions",
    "notifications",
    "residents",
    "satisfaction",
    "sign_registry",
    "departments",
    "zones",
    "submissions",
    "outbox",
    "accounts",
    "geo",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "csp",
    "rest_framework",
    "rest_framework_gis",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
AUTH_USER_MODEL = "accounts.User"
# An address is unique where there is one; people with a printed card alone have none.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Needs to know who asks; shuts every address of a practice copy to all who do not work there.
    "portal.practice.gate.PracticeGate",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.page",
            ],
        },
    },
]

# --- GDAL and GEOS: from the locked wheels, because Debian's GDAL cannot be shut in (gis.W001) ----
GDAL_LIBRARY_PATH, GEOS_LIBRARY_PATH = library_paths()

# --- Database: two roles on one database, so that the running program cannot change the schema ---
_database_options = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASES = {
    "default": {
        **environment.database("DATABASE_URL", "postgis://megdan_app@/megdan"),
        **_database_options,
    },
    # The lane of anonymous ratings; without an address of its own it goes through the same socket.
    "rating": {
        **environment.rating_database("DATABASE_RATING_URL", "DATABASE_URL"),
        **_database_options,
    },
    "owner": environment.database("DATABASE_OWNER_URL", "postgis://megdan_owner@/megdan"),
}
DATABASE_ROUTERS = ["config.routers.OwnerMigrates"]
# Read by `manage.py backup` alone: a role that may copy the files of the whole server.
MEGDAN_BACKUP_DATABASE = environment.database(
    "DATABASE_BACKUP_URL", environment.text("DATABASE_OWNER_URL", "postgis://megdan_owner@/megdan")
)

# --- Redis: cache and wake-up calls only; losing it loses nothing --------------------------------
REDIS_URL = environment.redis("REDIS_URL", "redis://localhost:6379/0")
# What the lane of anonymous ratings remembers for hours; that server must keep nothing on disk.
RATING_REDIS_URL = environment.redis("RATING_REDIS_URL", REDIS_URL)
# Says so where the server does not let us look (CONFIG forbidden, as with rented ones).
MEGDAN_REDIS_MEMORY_ONLY = environment.switch("MEGDAN_REDIS_MEMORY_ONLY")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}
# Celery writes a socket, and the number of the database behind it, in its own way.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace(
    "?db=", "?virtual_host=", 1
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = SCHEDULE

# --- Languages and times -------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ro", "română"), ("bg", "български")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True
# Django has no format of date and time for Bulgarian; its American default is not ours.
DATETIME_FORMAT = "j F Y, H:i"
FORMAT_MODULE_PATH = "config.formats"

# --- Files ---------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
_frontend_dist = BASE_DIR / "frontend" / "dist"
STATICFILES_DIRS = [_frontend_dist] if _frontend_dist.is_dir() else []
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
# Uploads too large for memory wait here and are swept.
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "quarantine"
# Internal address of the proxy that sends files after we checked the right; empty: we send them.
MEGDAN_ACCEL = environment.text("MEGDAN_ACCEL")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Mail ----------------------------------------------------------------------------------------
_mail = environment.mail("EMAIL_URL", "smtp://localhost:25")
# Whatever the program mails becomes a row first; the worker hands it to the server of EMAIL_URL.
EMAIL_BACKEND = "outbox.mail_backend.OutboxBackend"
MEGDAN_DELIVERY_BACKEND = _mail["EMAIL_BACKEND"]
DEFAULT_FROM_EMAIL = environment.text("MEGDAN_MAIL_FROM", f"Megdan <megdan@{_own_host}>")
EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS", False))
EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL", False))
EMAIL_FILE_PATH = _mail.get("EMAIL_FILE_PATH") or str(VAR_DIR / "mail")
EMAIL_TIMEOUT = 20
# Where a demonstration keeps its letters; see `manage.py mail_sink`.
MEGDAN_MAIL_FOLDER = VAR_DIR / "mail"

# --- Security ------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = MEGDAN_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if MEGDAN_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = MEGDAN_HTTPS
SECURE_HSTS_PRELOAD = MEGDAN_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]  # asked from inside, without TLS
SECURE_REFERRER_POLICY = "same-origin"
MEGDAN_BEHIND_PROXY = environment.switch("MEGDAN_BEHIND_PROXY")
if MEGDAN_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = MEGDAN_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
LOGIN_URL = "/accounts/"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", *filter(None, [MEGDAN_OIDC_ORIGIN])],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]

# --- Placing and address search ------------------------------------------------------------------
# The raster cover only makes placing faster; off, PostGIS alone answers the same.
MEGDAN_COVER = environment.switch("MEGDAN_COVER", default=True)
# A self-hosted Nominatim or Photon, asked only when the register has no answer; empty is off.
MEGDAN_GEOCODER_URL = environment.text("MEGDAN_GEOCODER_URL")
MEGDAN_GEOCODER_KIND = environment.text("MEGDAN_GEOCODER_KIND", "nominatim")

# --- API -----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "zones.api.pages.Pages",
    "PAGE_SIZE": 100,
    "EXCEPTION_HANDLER": "zones.api.problems.problem_response",
    # Counted in the cache for a minute; typing in the search box asks a few times a second.
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"anon": environment.text("MEGDAN_API_RATE", "600/min")},
    "NUM_PROXIES": 1 if MEGDAN_BEHIND_PROXY else 0,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Megdan",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Logs: JSON lines on standard error ----------------------------------------------------------
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_config(level=environment.text("MEGDAN_LOG_LEVEL", "INFO").upper())
