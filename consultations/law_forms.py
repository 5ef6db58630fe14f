"""Forms of the legal notice: the law and its days, a proof, the reason to go against it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from consultations.models import LegalNotice
from consultations.notice_words import CHANNEL_NAMES, ENTRANCES, STATEMENT
from consultations.regimes import Edition, regimes_of
from consultations.services.law import NoticePlan
from consultations.services.law_proofs import LONGEST_WHERE
from consultations.words import LONGEST_TEXT
from zones.forms import DayField
from zones.models import Municipality
from zones.names import in_language

_KEPT = (
    "regime", "announced_on", "proposals_until", "goes_on", "decides_on", "is_shortened",
    "responsible", "send_to", "debate_asked_on", "debate_asked_by", "debate_on",
)  # fmt: skip


class NoticeForm(forms.Form):
    """Which law holds, and the days of the notice."""

    regime = forms.ChoiceField(label=_("Law"), widget=forms.RadioSelect)
    announced_on = DayField(
        label=_("Day of the announcement"),
        required=False,
        help_text=_(
            "The day on which the notice stands on the last of the channels that the law names. "
            "It is not counted: terms begin on the next day."
        ),
    )
    proposals_until = DayField(
        label=_("Last day for proposals"),
        required=False,
        help_text=_("Until midnight. Left empty it is as late as the law asks."),
    )
    goes_on = DayField(
        label=_("Goes for endorsement on"),
        required=False,
        help_text=_(
            "Where the law counts up to it (Romania). Left empty the decision is taken for it."
        ),
    )
    decides_on = DayField(label=_("Day of the decision"), required=False)
    is_shortened = forms.BooleanField(
        label=_("The term is shortened; the reasons are published"), required=False
    )
    responsible = forms.CharField(label=_("Responsible person"), required=False, max_length=200)
    send_to = forms.CharField(
        label=_("Where proposals are sent"),
        required=False,
        max_length=400,
        help_text=_("Address of the registry, e-mail; people can also write on this site."),
    )
    debate_asked_on = DayField(label=_("A debate was asked for on"), required=False)
    debate_asked_by = forms.CharField(
        label=_("Who asked for a debate"), required=False, max_length=200
    )
    debate_on = DayField(label=_("Day of the debate"), required=False)

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        notice: LegalNotice | None,
        **kwargs: Any,
    ) -> None:
        """Offer the laws of the country, and one field for the reasons in each language."""
        kept = {name: getattr(notice, name) for name in _KEPT} if notice else {}
        super().__init__(*args, **{"initial": kept, **kwargs})
        offered = regimes_of(municipality.country)
        self.fields["regime"].choices = [  # type: ignore[attr-defined]
            (one.code, in_language(one.names)) for one in offered
        ]
        self.fields |= reason_fields(
            municipality,
            _("Reasons for the shortened term"),
            prefix="shortened_why",
            texts=notice.shortened_why if notice else {},
            is_required=False,
        )
        after = "is_shortened"
        reasons = [name for name in self.fields if name.startswith("shortened_why_")]
        order = [name for name in self.fields if name not in reasons]
        place = order.index(after) + 1
        self.order_fields([*order[:place], *reasons, *order[place:]])
        self._drop_unknown([edition for one in offered for edition in one.editions], reasons)

    def _drop_unknown(self, editions: Sequence[Edition], reasons: Sequence[str]) -> None:
        """Ask nothing that no law of the country knows."""
        known = {code for edition in editions for code in edition.figures}
        steps = {edition.step for edition in editions}
        gone = [] if "endorsement" in steps else ["goes_on"]
        if "debate" not in known:
            gone += ["debate_asked_on", "debate_asked_by", "debate_on"]
        if "proposals_shortened" not in known:
            gone += ["is_shortened", *reasons]
        for name in gone:
            del self.fields[name]

    def plan(self) -> NoticePlan:
        """What was entered, for the service."""
        data = self.cleaned_data
        return NoticePlan(
            **{name: data[name] for name in _KEPT if name in data},
            shortened_why=reasons_in(data, "shortened_why") if data.get("is_shortened") else {},
        )


class ProofForm(forms.Form):
    """Where the notice stood since when."""

    channel = forms.ChoiceField(label=_("Channel"))
    published_on = DayField(label=_("Since when"))
    where = forms.CharField(
        label=_("Where"),
        max_length=LONGEST_WHERE,
        help_text=_("The address of the page, the board, the newspaper and its number."),
    )

    def __init__(self, *args: Any, edition: Edition | None, today: dt.date, **kwargs: Any) -> None:
        """Offer what the law names first, then what the town may do besides."""
        super().__init__(*args, **{"initial": {"published_on": today}, **kwargs})
        named = [one.code for one in edition.channels] if edition else []
        also = [*named, ENTRANCES, STATEMENT]
        rest = [code for code in CHANNEL_NAMES if code not in also]
        self.fields["channel"].choices = [  # type: ignore[attr-defined]
            (code, CHANNEL_NAMES[code]) for code in (*also, *rest)
        ]


class OverrideForm(forms.Form):
    """Why the town goes against what the law says, for everybody to read."""

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        """One field for each language of the town."""
        super().__init__(*args, **kwargs)
        self.fields |= reason_fields(
            municipality, _("Published reason"), prefix="why", texts={}, is_required=True
        )


def reason_fields(
    municipality: Municipality,
    label: Any,
    *,
    prefix: str,
    texts: Mapping[str, str],
    is_required: bool,
) -> dict[str, forms.Field]:
    """Long fields why_ro, why_bg … of the town's languages; only the first may be required."""
    named = dict(settings.LANGUAGES)
    return {
        f"{prefix}_{code}": forms.CharField(
            label=f"{label} ({named[code]})",
            max_length=LONGEST_TEXT,
            required=is_required and code == municipality.languages[0],
            initial=texts.get(code, ""),
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        for code in municipality.languages
    }


def reasons_in(data: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """The reasons of a form by language, without the empty ones."""
    start = f"{prefix}_"
    return {
        name.removeprefix(start): text
        for name, text in data.items()
        if name.startswith(start) and text
    }
