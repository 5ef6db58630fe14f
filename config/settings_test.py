"""What tests change in the settings: a database of their own, a fast hasher, no Redis needed."""

import os

# The tests need some key and no secret.
os.environ.setdefault("MEGDAN_SECRET_KEY", "tests-sign-with-this")
os.environ.setdefault("MEGDAN_HTTPS", "0")

from config import environment
from config.settings import *  # noqa: F403 - a settings module is taken over whole
from config.settings import DATABASES, MIDDLEWARE, STORAGES

_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
_name = "_".join(filter(None, [environment.text("MEGDAN_TEST_DB", "test_megdan"), _worker]))
for _database in DATABASES.values():
    _database["TEST"] = {"NAME": _name}
    _database["CONN_MAX_AGE"] = 0

# Tests flush through the app's connection, which asks the router which tables are its own.
DATABASE_ROUTERS = []
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEGDAN_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# WhiteNoise warns where nothing was collected, and warnings are errors here.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise")]
ALLOWED_HOSTS = ["*"]
# Most tests are about something else; those of the second factor switch it on.
MEGDAN_STAFF_SECOND_FACTOR = False
MEGDAN_SECURITY_CONTACT = "mailto:security@town.example"
CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
