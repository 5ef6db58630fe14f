"""A wrong variable is named in words; a right one becomes a typed value."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment


@pytest.mark.parametrize(
    ("word", "expected"),
    [("1", True), ("yes", True), ("ON", True), ("0", False), ("false", False), ("", False)],
)
def test_switch_understands_common_words(
    monkeypatch: pytest.MonkeyPatch, word: str, expected: bool
) -> None:
    monkeypatch.setenv("MEGDAN_SAMPLE", word)
    assert environment.switch("MEGDAN_SAMPLE") is expected


def test_words_leave_out_empty_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEGDAN_SAMPLE", " a.example, ,b.example,")
    assert environment.words("MEGDAN_SAMPLE") == ["a.example", "b.example"]


def test_database_keeps_a_socket_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEGDAN_SAMPLE", "postgis://role@/town?host=/var/tmp/a%20b")
    found = environment.database("MEGDAN_SAMPLE", "")
    assert (found["USER"], found["NAME"]) == ("role", "town")
    assert found["OPTIONS"] == {"host": "/var/tmp/a b"}
    assert found["ENGINE"] == "django.contrib.gis.db.backends.postgis"


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda name: environment.switch(name), "maybe"),
        (lambda name: environment.number(name, 1), "ten"),
        (lambda name: environment.database(name, ""), "mysql://a@b/c"),
        (lambda name: environment.database(name, ""), "postgis://a@b/"),
        (lambda name: environment.redis(name, ""), "http://localhost"),
        (lambda name: environment.mail(name, ""), "pigeon://roof"),
        (lambda name: environment.required(name, "set it."), ""),
    ],
)
def test_wrong_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, read: object, value: str
) -> None:
    monkeypatch.setenv("MEGDAN_SAMPLE", value)
    with pytest.raises(ImproperlyConfigured, match="MEGDAN_SAMPLE"):
        read("MEGDAN_SAMPLE")  # type: ignore[operator]
