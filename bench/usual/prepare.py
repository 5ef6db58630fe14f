"""Makes the tables and the signs: `python -m bench.usual.prepare TOKEN ...`."""

import os
import sys

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.usual.settings"
django.setup()

from bench.usual.models import Sign  # noqa: E402 - Django first

call_command("migrate", run_syncdb=True, verbosity=0)
Sign.objects.bulk_create(Sign(token=token) for token in sys.argv[1:])
