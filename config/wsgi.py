"""Gives the web server one WSGI callable, after proving that the geometry libraries compute."""

import os

from django.core.wsgi import get_wsgi_application

from config import environment
from geo.libs import self_test

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
environment.required("MEGDAN_SECRET_KEY", "set it to at least 50 random characters.")

application = get_wsgi_application()
self_test()
