"""Writes every address in small letters; they were unique without regard to case already."""

from typing import Any

from django.db import migrations
from django.db.models.functions import Lower


def lower(apps: Any, schema_editor: Any) -> None:
    users = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    users.update(email=Lower("email"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(lower, migrations.RunPython.noop)]
