"""Every page and letter that allauth may show is ours; it brings no look of its own."""

from pathlib import Path

import allauth
import pytest
from django.template.loader import get_template
from django.urls import URLPattern

from accounts.urls import directory_urls, urlpatterns

ALLAUTH = Path(allauth.__file__).parent
#: Letters that follow from pages we do not have.
UNUSED = {
    "account_already_exists",
    "account_disconnected",
    "base",
    "email_changed",
    "email_confirm",
    "email_confirmation",
    "email_confirmation_signup",
    "email_deleted",
    "password_changed",
    "password_reset",
    "password_reset_code",
    "password_reset_key",
    "password_set",
}


def templates_of_views() -> list[str]:
    """What the views behind our addresses show."""
    views = [
        one.callback for one in [*urlpatterns, *directory_urls()] if isinstance(one, URLPattern)
    ]
    classes = [getattr(view, "view_class", None) for view in views]
    names = [getattr(one, "template_name", None) for one in classes]
    return sorted({name for name in names if name})


def letters() -> list[str]:
    """Letters of allauth that something here can cause."""
    found = ALLAUTH.glob("templates/*/email/*_message.txt")
    return sorted(
        f"{path.parts[-3]}/email/{path.name}"
        for path in found
        if path.name.removesuffix("_message.txt") not in UNUSED
    )


@pytest.mark.parametrize("name", templates_of_views())
def test_a_page_is_ours(name: str) -> None:
    assert "accounts/templates" in str(get_template(name).origin)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", letters())
def test_a_letter_is_ours(name: str) -> None:
    for part in (name, name.replace("_message", "_subject")):
        assert "accounts/templates" in str(get_template(part).origin)  # type: ignore[attr-defined]
