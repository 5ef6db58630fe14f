"""The running program cannot change the schema; the database itself refuses."""

import pytest
from django.db import ProgrammingError, connection


@pytest.mark.django_db
def test_app_may_not_create_tables() -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE stray (id int)")


@pytest.mark.django_db
def test_app_connects_as_its_own_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (connection.settings_dict["USER"],)
