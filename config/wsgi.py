"""Gives the web server one WSGI callable: the lane of anonymous ratings, and Django behind it."""

import os

from django.core.wsgi import get_wsgi_application

from config import environment
from geo.libs import self_test

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
environment.required("MEGDAN_SECRET_KEY", "set it to at least 50 random characters.")

_django = get_wsgi_application()

# Imported only now: the lane needs the apps.
from sign_registry.lane import in_front_of  # noqa: E402

# The geometry libraries prove that they compute before anybody is answered.
self_test()
application = in_front_of(_django)
