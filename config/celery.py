"""Makes the Celery application that worker and beat run; tasks live in the apps."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("megdan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
