"""What a message must be before it may leave: headers of one line, one reader, whole links."""

import re
import unicodedata
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

# Python's own mail library ends a header at each of these.
LINE_ENDS = frozenset({"Cc", "Zl", "Zp", "Cs"})
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
PAGE = re.compile(r"https?://[!-;=?-~]+")
LONGEST_SUBJECT = 300


def refuse_line_breaks(*texts: str) -> None:
    """Refuse what would begin a second line in a header: `line_break`."""
    if any(unicodedata.category(letter) in LINE_ENDS for text in texts for letter in text):
        raise ValidationError(
            _("An address or a subject must be one line. Remove the line break."),
            code="line_break",
        )


def refuse_bad_mail(recipient: str, sender: str) -> None:
    """Refuse a reader or a sender that is not one e-mail address: `invalid`."""
    validate_email(recipient)
    if sender:
        validate_email(parseaddr(sender)[1])


def refuse_bad_phone(phone: str) -> None:
    """Refuse a number not written as +40712345678: `invalid_phone`."""
    if not PHONE.fullmatch(phone):
        raise ValidationError(
            _("Write the telephone number with its country, such as +40712345678."),
            code="invalid_phone",
        )


def refuse_bad_page(address: str) -> None:
    """Refuse an address of a page that is not whole, or that would end a header: `invalid_page`."""
    if address and not PAGE.fullmatch(address):
        raise ValidationError(
            _("The address of a page begins with https:// and has no spaces."),
            code="invalid_page",
        )
