"""Prints the codes of all signs of an installation, as JSON."""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from sign_registry.models import SignCode  # noqa: E402 - Django first

sys.stdout.write(json.dumps(list(SignCode.objects.order_by("pk").values_list("token", flat=True))))
