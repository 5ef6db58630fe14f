"""`python -m tests.permissions` writes docs/permissions.md anew from the table."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
django.setup()

from tests.permissions.matrix import entries  # noqa: E402 - Django first
from tests.permissions.page import PAGE, page  # noqa: E402 - Django first

PAGE.write_text(page(entries()), encoding="utf-8")
