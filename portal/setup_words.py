"""Says in words how a file for the register goes and what came of it; no queries but of kinds."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.loading import STEPS
from zones.models import Municipality, ZoneKind

_STEPS = {
    "reading": gettext_lazy("The file is being read."),
    "storing": gettext_lazy("Its rows are compared with the register."),
    "areas": gettext_lazy("Each street gets its area."),
    "placing": gettext_lazy("Each address is placed in its zones."),
}
_ROWS = {
    "streets": gettext_lazy("Streets"),
    "addresses": gettext_lazy("Addresses"),
    "places": gettext_lazy("Places"),
}
_USUAL_KINDS = {
    "neighbourhood": gettext_lazy("Neighbourhoods"),
    "settlement": gettext_lazy("Settlements"),
    "city-block": gettext_lazy("City blocks"),
    ZoneKind.STREET: gettext_lazy("Areas of streets"),
}


def step_words(done: int) -> str:
    """The step a file is at, `done` being how many of STEPS were begun."""
    return str(_STEPS[STEPS[done - 1]]) if done else _("The file waits for its turn.")


def report_words(municipality: Municipality, report: Mapping[str, Any]) -> dict[str, Any]:
    """A stored report as the page shows it. One query."""
    own = ZoneKind.objects.in_municipality(municipality)
    kinds = {**{kind.code: kind.plural for kind in own}, **_USUAL_KINDS}
    rows = [{**row, "what": _ROWS.get(row["what"], row["what"])} for row in report["rows"]]
    zones = [{**row, "what": kinds.get(row["kind"], row["kind"])} for row in report["zones"]]
    findings = [
        {**finding, "kind": kinds.get(finding["kind"], finding["kind"])}
        for finding in report.get("findings", [])
        if finding["level"] != "good"
    ]
    return {**report, "rows": [*rows, *zones], "findings": findings}
