"""How often one network may report: many at once when something happens, not for hours on end."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from submissions.limits import Limit, network_of, refused_until
from zones.models import Municipality

__all__ = ["CODES", "PICTURES", "REPORTS", "Limit", "network_of", "refused_until", "too_many"]

#: A street without light reports within minutes; a telephone company hides a town behind one
#: address. Whoever goes on like that for hours is no neighbour.
REPORTS = (Limit(20, 600), Limit(60, 6 * 3600), Limit(150, 86_400))
PICTURES = (Limit(60, 600), Limit(400, 86_400))
CODES = (Limit(10, 3600),)


def too_many(
    request: HttpRequest, municipality: Municipality, until: dt.datetime, now: dt.datetime
) -> HttpResponse:
    """A plain page that says when to try again."""
    context = {"until": until, "municipality": municipality}
    answer = render(request, "incidents/report_too_many.html", context, status=429)
    answer["Retry-After"] = str(max(1, int((until - now).total_seconds())))
    return answer
