"""The picture guide of registration: sentences, each with the picture of its screen."""

from typing import NamedTuple

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.translation import gettext as _

_FOLDER = "residents/guide"
#: Of every picture, in pixels of the page; the script that takes them keeps to it.
HEIGHT = 640


class Step(NamedTuple):
    """A sentence, and where its picture lies; empty where none was taken."""

    said: str
    picture: str
    height: int = HEIGHT


def guide(language: str) -> list[Step]:
    """The steps in the language of the page."""
    sentences = (
        ("contact", _("Scan the sign on your staircase and type your e-mail address.")),
        ("code", _("Fetch the code from your letters and type it in. The page waits for you.")),
        ("address", _("Say whether the staircase is your home, or type another address.")),
        ("done", _("You see what you belong to, and from then on you hear what concerns it.")),
    )
    return [Step(said, _picture(name, language)) for name, said in sentences]


def walk_through(language: str) -> str:
    """Where the moving picture of all steps lies; empty where none was taken."""
    return _picture("walk", language)


def _picture(name: str, language: str) -> str:
    path = f"{_FOLDER}/join-{name}-{language}.webp"
    return static(path) if finders.find(path) else ""
