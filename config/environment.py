"""Reads typed settings from the environment and names the variable that is wrong."""

from typing import Any, cast
from urllib.parse import urlsplit

import environ  # type: ignore[import-untyped]
from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})

_env = environ.Env()


def text(name: str, default: str = "") -> str:
    """Value of `name`, or `default` where it is not set."""
    return cast(str, _env.str(name, default=default)).strip()


def required(name: str, why: str) -> str:
    """Value of `name`; an empty one is refused with `why`."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is empty: {why}")
    return value


def switch(name: str, *, default: bool = False) -> bool:
    """`name` as yes or no; any other word is refused."""
    word = text(name, "1" if default else "0").lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, but it is {word!r}.")


def number(name: str, default: int) -> int:
    """`name` as a whole number."""
    word = text(name, str(default))
    try:
        return int(word)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, but it is {word!r}.") from error


def words(name: str) -> list[str]:
    """`name` as a list divided by commas; empty entries are left out."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def database(name: str, default: str) -> dict[str, Any]:
    """`name` as a Django database; only PostGIS addresses are accepted.

    A socket folder is given as `postgis://role@/database?host=/folder`.
    """
    url = text(name, default)
    if urlsplit(url).scheme not in {"postgis", "postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"{name} must begin with postgis://, as in postgis://role@/database?host=/socket/folder."
        )
    try:
        parsed = cast(dict[str, Any], environ.Env.db_url_config(url))
    except (ValueError, TypeError) as error:
        raise ImproperlyConfigured(f"{name} is not an address of a database.") from error
    if not parsed.get("NAME"):
        raise ImproperlyConfigured(f"{name} names no database after the last slash.")
    return {**parsed, "ENGINE": "django.contrib.gis.db.backends.postgis"}


def rating_database(name: str, app_name: str) -> dict[str, Any]:
    """`name` as a database; not given, that of `app_name` seen by its narrow role for ratings.

    megdan_app becomes megdan_rating, without a password: that works where a socket trusts the
    account. Elsewhere give the role a password and write the address out.
    """
    if text(name):
        return database(name, "")
    parsed = database(app_name, "postgis://megdan_app@/megdan")
    role = str(parsed["USER"]).removesuffix("_app") + "_rating"
    return {**parsed, "USER": role, "PASSWORD": ""}


def redis(name: str, default: str) -> str:
    """`name` as an address of Redis: redis://, rediss:// or unix:///socket."""
    url = text(name, default)
    if urlsplit(url).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(f"{name} must begin with redis://, rediss:// or unix://.")
    return url


def mail(name: str, default: str) -> dict[str, Any]:
    """`name` as Django's mail settings, such as smtp+tls://user:secret@host:587."""
    try:
        return cast(dict[str, Any], environ.Env.email_url_config(text(name, default)))
    except (KeyError, ValueError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name} is not an address of a mail server.") from error
