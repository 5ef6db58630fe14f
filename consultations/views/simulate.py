"""What each rule would give for the same ballots, for officials before a rule is chosen."""

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from consultations.elections import Election
from consultations.models import CountRun
from consultations.money_words import money_words
from consultations.pabulib import BadElectionError, read_election
from consultations.phases import Action, opening
from consultations.result_rows import zone_names
from consultations.simulating import GROWN, MOST_CROSSES, SHARES, VOTES, ZONES, simulate
from consultations.views.base import ConsultProcessView

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "votes"
EXAMPLE, OWN, FORMER = "example", "own", "vote-"
LARGEST_FILE = 5 * 1024 * 1024
LABELS = {
    VOTES: gettext_lazy("Most votes"),
    SHARES: gettext_lazy("Equal shares"),
    GROWN: gettext_lazy("Equal shares, until the money is used (Add1)"),
    ZONES: gettext_lazy("Equal shares of each zone's own money"),
}


class SimulationForm(forms.Form):
    """Which ballots: an invented vote, a former one of the town, or a file."""

    source = forms.ChoiceField(label=gettext_lazy("Which ballots"))
    file = forms.FileField(
        label=gettext_lazy("A file of Pabulib (.pb)"),
        required=False,
        help_text=gettext_lazy("At most 5 MB. It is counted and forgotten."),
    )

    def __init__(self, *args: Any, former: list[CountRun], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(EXAMPLE, _("an invented vote, as an example"))]
        choices += [(f"{FORMER}{one.pk}", one.phase.process.name) for one in former]
        field = self.fields["source"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [*choices, (OWN, _("the file below"))]

    def clean(self) -> dict[str, Any]:
        """A file that is small enough where one is asked for."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("source") == OWN:
            file = data.get("file")
            if file is None:
                self.add_error("file", _("Choose a file."))
            elif file.size > LARGEST_FILE:
                self.add_error("file", _("The file is larger than 5 MB."))
        return data


class SimulateView(ConsultProcessView, TemplateView):
    """Winners and money per zone by each rule, side by side."""

    template_name = "consultations/budget/simulate.html"

    @cached_property
    def former(self) -> list[CountRun]:
        """Counts of the town whose result everybody may see."""
        rows = CountRun.objects.filter(phase__process__municipality=self.municipality)
        rows = rows.select_related("phase__process__municipality").order_by("-counted_at")[:20]
        found = list(rows.prefetch_related("phase__process__phases"))
        return [
            one
            for one in found
            if opening(
                Action.SEE_RESULT, list(one.phase.process.phases.all()), self.act.now
            ).is_open
        ]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Count by every rule and show it; nothing is kept."""
        form = SimulationForm(request.POST, request.FILES, former=self.former)
        counted: dict[str, Any] = {}
        if form.is_valid():
            try:
                counted = self._counted(form.cleaned_data)
            except BadElectionError as refused:
                sentence = _("This file cannot be counted: %(why)s") % {
                    "why": _(refused.template) % refused.given
                }
                form.add_error("file" if form.cleaned_data["source"] == OWN else None, sentence)
        status = 200 if form.is_valid() else 422
        return self.render_to_response(self.get_context_data(form=form, **counted), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and what was counted."""
        kwargs.setdefault("form", SimulationForm(former=self.former))
        slug, number = self.municipality.slug, self.process.pk
        return super().get_context_data(
            process=self.process,
            plan_path=f"/{slug}/plan/consultations/{number}/",
            **kwargs,
        )

    def _counted(self, data: dict[str, Any]) -> dict[str, Any]:
        election = read_election(self._text(data))
        if sum(len(ballot.points) for ballot in election.ballots) > MOST_CROSSES:
            raise BadElectionError(_("it is too large for this page. Use count_budget."))
        if not election.voters:
            raise BadElectionError(_("nobody voted."))
        return _shown(election, zone_names(self.municipality), data["source"] == EXAMPLE)

    def _text(self, data: dict[str, Any]) -> str:
        source = data["source"]
        if source == OWN:
            try:
                return str(data["file"].read().decode("utf-8-sig"))
            except UnicodeDecodeError as error:
                raise BadElectionError(_("it is no UTF-8 text.")) from error
        if source.startswith(FORMER):
            chosen = int(source.removeprefix(FORMER))
            return next(one.text for one in self.former if one.pk == chosen)
        language = self.municipality.languages[0]
        path = FOLDER / f"budget_SYNTHETIC_{language}.pb"
        return (path if path.exists() else FOLDER / "budget_SYNTHETIC_ro.pb").read_text("utf-8")


def _shown(election: Election, names: dict[str, str], is_invented: bool) -> dict[str, Any]:
    """Columns are rules, rows are projects, then the money of zones."""
    currency = election.meta.get("currency", "")
    outcomes = simulate(election)
    scale, votes = election.scale, election.votes()
    projects = [
        {
            "name": one.columns.get("name") or one.code,
            "cost": money_words(round(one.cost / scale), currency),
            "votes": votes[place],
            "won": [(LABELS[outcome.code], place in outcome.winners) for outcome in outcomes],
        }
        for place, one in enumerate(election.projects)
    ]
    projects.sort(key=lambda row: -int(str(row["votes"])))
    zones = sorted({ballot.zone for ballot in election.ballots})
    return {
        "is_invented": is_invented,
        "said": election.meta.get("description", ""),
        "voters": election.voters,
        "budget": money_words(round(election.budget / scale), currency),
        "outcomes": [
            {
                "label": LABELS[one.code],
                "winners": len(one.winners),
                "spent": money_words(round(one.spent), currency),
                "served": round(100 * one.served / election.voters),
            }
            for one in outcomes
        ],
        "projects": projects,
        "zones": [
            {
                "name": names.get(zone, zone) or _("other or unnamed zones"),
                "money": [
                    (LABELS[one.code], money_words(one.zones.get(zone, 0), currency))
                    for one in outcomes
                ],
            }
            for zone in zones
        ]
        if len(zones) > 1
        else [],
    }
