"""Settings as `django-admin startproject` writes them, with Django REST Framework."""

import os

import environ

SECRET_KEY = "measured and thrown away"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bench.usual.urls"
WSGI_APPLICATION = "bench.usual.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "rest_framework",
    "bench.usual",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
DATABASES = {
    "default": {
        **environ.Env.db_url_config(os.environ["BENCH_USUAL_URL"]),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
