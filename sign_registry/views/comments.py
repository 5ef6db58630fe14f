"""Where the town office reads what raters wrote, and releases or refuses it."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import ListView

from departments.access import Right, may
from departments.views import StaffView
from sign_registry.comment_forms import SHOWN_STATES, CommentFilterForm, DecisionForm
from sign_registry.comment_reach import moderated_comments, moderated_sites
from sign_registry.models import Comment, CommentInbox, SiteCategory, SitePeriod
from sign_registry.paths import site_path
from sign_registry.querysets import CommentQuerySet, SiteQuerySet
from sign_registry.services.comments import Decided, decide
from sign_registry.workflow import ON_PAPER
from submissions.models import Moderation, Submission
from zones.exports import csv_file
from zones.models import Zone
from zones.names import in_language
from zones.views import ExportedView

State = Submission.State
About = CommentInbox.About


class CommentListView(StaffView, ExportedView, ListView[Comment]):
    """Comments that wait, were released or refused; a department sees those about its own sites."""

    right = Right.MODERATE
    narrows: ClassVar[bool] = True
    template_name = "signs/comments.html"
    paginate_by = 30

    # --- Which comments --------------------------------------------------------------------------

    @cached_property
    def sites(self) -> SiteQuerySet:
        """Sites whose comments this person may moderate."""
        return moderated_sites(self.municipality, self.own_departments, self.today)

    @cached_property
    def reach(self) -> CommentQuerySet:
        """All comments this person may moderate."""
        return moderated_comments(self.municipality, self.own_departments, self.today)

    @cached_property
    def state(self) -> State:
        """Where the comments shown stand."""
        asked = self.request.GET.get("state")
        return State(asked) if asked in SHOWN_STATES else State.WAITING

    @cached_property
    def about(self) -> About:
        """Whether opinions are shown or remarks about signs."""
        return About.SIGN if self.request.GET.get("about") == About.SIGN else About.PLACE

    @cached_property
    def filters(self) -> CommentFilterForm:
        """The choices of the reader among those that exist here."""
        zones = Zone.objects.in_municipality(self.municipality).filter(
            kind__is_partition=True, site_zones__site__in=self.sites
        )
        choices = {
            "category": SiteCategory.objects.in_municipality(self.municipality).in_use(),
            "zone": zones.distinct(),
            "site": self.sites,
        }
        return CommentFilterForm(self.request.GET, choices=choices)

    def get_queryset(self) -> CommentQuerySet:
        """What the filters leave, with what a row needs."""
        found = self.reach.filter(about=self.about).in_state(self.state)
        if not self.filters.is_valid():
            return found.none()
        wanted = self.filters.cleaned_data
        sites = self.sites
        if wanted["q"] or wanted["zone"] or wanted["site"]:
            # What a filter by place leaves would tell the place.
            found = found.named()
        if wanted["q"]:
            sites = sites.matching(wanted["q"])
        if wanted["category"]:
            sites = sites.of_category(wanted["category"].code, self.today)
        if wanted["zone"]:
            sites = sites.in_zone(wanted["zone"].pk)
        if wanted["site"]:
            sites = sites.filter(pk=wanted["site"].pk)
        periods = SitePeriod.objects.in_force(self.today).select_related("category")
        return (
            found.of_sites(sites)
            .select_related("site", "submission")
            .prefetch_related(
                "site__signs",
                Prefetch("site__periods", queryset=periods, to_attr="periods_today"),
                Prefetch(
                    "submission__decisions",
                    queryset=Moderation.objects.order_by("-pk"),
                    to_attr="newest_decisions",
                ),
            )
            .newest_first()
        )

    # --- Page and file ---------------------------------------------------------------------------

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows, the filters, and how many stand where."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        page.object_list = [self._row(comment) for comment in page.object_list]
        return {
            **context,
            "page": page,
            "filters": self.filters,
            "state": self.state,
            "about": self.about,
            "states": self._counts(),
            "sign_count": self.reach.about_the_sign().waiting().count(),
            "may_open_signs": may(self.request.user, self.municipality, Right.RUN_SIGNS),
            "is_narrowed": any(self.request.GET.get(name) for name in self.filters.fields),
            "is_narrow": self.membership.department_id is not None,
        }

    def _counts(self) -> list[dict[str, Any]]:
        counted = self.reach.filter(about=self.about).values_list("submission__state")
        found = dict(counted.annotate(number=Count("pk")))
        return [
            {"code": state, "label": _state_label(state, self.about), "count": found.get(state, 0)}
            for state in SHOWN_STATES
            if not (self.about == About.SIGN and state == State.RELEASED)
        ]

    def _row(self, comment: Comment) -> dict[str, Any]:
        submission = comment.submission
        periods = getattr(comment.site, "periods_today", [])
        decisions = getattr(submission, "newest_decisions", [])
        return {
            "id": comment.pk,
            "month": comment.month,
            **self._place(comment),
            "category": periods[0].category.name if periods else "",
            "text": submission.text,
            "masked": submission.masked,
            "reason": decisions[0].reason if decisions else "",
            "masked_words": ngettext(
                "%(number)s personal detail covered",
                "%(number)s personal details covered",
                submission.masked,
            )
            % {"number": submission.masked},
        }

    def _place(self, comment: Comment) -> dict[str, Any]:
        """What may be said of the place: of one with too few votes, nothing but its kind."""
        if comment.is_unnamed:
            unnamed = {"site": None, "site_name": _("A place with few votes"), "site_code": ""}
            return {**unnamed, "site_url": "", "signs": []}
        site = comment.site
        return {
            "site": site,
            "site_name": in_language(site.names, self.municipality.languages),
            "site_code": site.code,
            "site_url": site_path(self.municipality.slug, site.pk),
            "signs": [sign for sign in site.signs.all() if sign.state in ON_PAPER],
        }

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table for the office."""
        return {"csv": self._csv}

    def _csv(self) -> HttpResponseBase:
        columns = ("month", "site", "name", "category", "about", "state", "text", "covered", "note")
        return csv_file(f"{self.municipality.slug}-comments", columns, self._lines())

    def _lines(self) -> Iterator[tuple[object, ...]]:
        for comment in self.get_queryset().iterator(chunk_size=500):
            row = self._row(comment)
            yield (
                f"{comment.month:%Y-%m}",
                row["site_code"],
                row["site_name"],
                row["category"],
                comment.about,
                comment.submission.state,
                row["text"],
                row["masked"],
                row["reason"],
            )

    # --- Deciding --------------------------------------------------------------------------------

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Decide about the chosen comments and come back to the same list."""
        form = DecisionForm(request.POST)
        if not form.is_valid():
            messages.error(
                request, " ".join(str(error) for found in form.errors.values() for error in found)
            )
            return redirect(request.get_full_path())
        chosen = list(
            self.reach.filter(pk__in=form.cleaned_data["chosen"]).select_related("submission")
        )
        if len(chosen) != len(form.cleaned_data["chosen"]):
            raise Http404
        try:
            decided = decide(
                comments=chosen,
                state=State(form.cleaned_data["state"]),
                actor=self.membership,
                now=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            _tell(request, decided)
        return redirect(request.get_full_path())


def _state_label(state: State, about: About) -> str:
    """A remark about a sign is never refused: it is dealt with."""
    if state == State.REFUSED and about == About.SIGN:
        return _("dealt with")
    return str(state.label)


def _tell(request: HttpRequest, decided: Decided) -> None:
    if decided.changed:
        said = ngettext(
            "%(number)s comment was decided.", "%(number)s comments were decided.", decided.changed
        )
        messages.success(request, said % {"number": decided.changed})
    if decided.left:
        said = ngettext(
            "%(number)s comment was left as it is, because somebody else had decided about it.",
            "%(number)s comments were left as they are, because somebody else had decided about "
            "them.",
            decided.left,
        )
        messages.warning(request, said % {"number": decided.left})
