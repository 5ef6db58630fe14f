"""Sites for the town office: the list with owners and signs, the form, closing, zones."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from departments.access import ROLES_WITH, Right
from departments.views.base import ActionView, ChangeView, StaffView
from sign_registry.models import Site, SiteZone
from sign_registry.querysets import SiteQuerySet
from sign_registry.services.site_zones import override_zone, withdraw_override
from sign_registry.services.sites import close_site, reopen_site, save_site, set_category_and_owner
from sign_registry.site_forms import CloseForm, DecideZoneForm, SiteForm
from sign_registry.site_present import site_row, with_shown
from sign_registry.views.sites import SiteListView
from sign_registry.workflow import State
from zones.importing.rows import Source
from zones.services.datasets import dataset_for

GONE = (State.RETIRED, State.REPLACED)


class SiteOfficeListView(StaffView, SiteListView):
    """Every site, counters and closed ones too, with its department and its signs."""

    right = Right.EDIT_SITES
    template_name = "signs/site_office.html"

    @property
    def sites(self) -> SiteQuerySet:
        """All of the town; closed ones on demand."""
        every = Site.objects.in_municipality(self.municipality)
        if self.request.GET.get("closed"):
            return every.filter(closed_on__isnull=False)
        return every.open_on(self.today)

    def get_queryset(self) -> QuerySet[Site]:
        """With the number of signs that are planned or hang."""
        living = Count("signs", filter=~Q(signs__state__in=GONE), distinct=True)
        return super().get_queryset().annotate(sign_count=living)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether closed ones are shown, and for how many places a sign is still to be planned."""
        closed = bool(self.request.GET.get("closed"))
        plans = self.membership.role in ROLES_WITH[Right.RUN_SIGNS] and not closed
        without = self.sites.without_living_sign().count() if plans else 0
        return super().get_context_data(closed=closed, without_sign=without, **kwargs)


class SiteOfView(StaffView):
    """Anything about one site of this town."""

    right = Right.EDIT_SITES

    @cached_property
    def site(self) -> Site | None:
        """The one to change; none when one is added."""
        if "pk" not in self.kwargs:
            return None
        own = Site.objects.in_municipality(self.municipality)
        shown = with_shown(own.select_related("municipality", "address"), self.today)
        return get_object_or_404(shown, pk=self.kwargs["pk"])

    def there(self) -> Site:
        """The site of the address."""
        assert self.site is not None  # noqa: S101 - the route has its number
        return self.site

    def back(self) -> str:
        """The site's own form, or the list."""
        slug = self.municipality.slug
        if self.site is None:
            return reverse("signs:site_office", args=[slug])
        return reverse("signs:site_edit", args=[slug, self.site.pk])


class SiteChangeView(SiteOfView, ChangeView):
    """Adds a site, or changes one: facts, category, department."""

    template_name = "signs/site_edit.html"
    form_class = SiteForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form starts from what there is; the address search may bring a point along."""
        asked = self.request.GET
        given = {name: asked[name][:40] for name in ("longitude", "latitude") if name in asked}
        own = {"municipality": self.municipality, "site": self.site, "today": self.today}
        return {**super().get_form_kwargs(), "initial": given, **own}

    def store(self, form: Any) -> str:
        """Save the facts, then category and department from their day on."""
        source = Source(_("Entered by the town office"), "-")
        dataset = self.site.dataset if self.site else dataset_for(self.municipality, source)
        saved = save_site(
            municipality=self.municipality,
            code=form.cleaned_data["code"],
            facts=form.facts(dataset),
            actor=self.membership,
            now=self.act.now,
        )
        set_category_and_owner(
            site=saved,
            category=form.cleaned_data["category"],
            owner=form.cleaned_data["owner"],
            since=form.cleaned_data["since"],
            actor=self.membership,
            now=self.act.now,
        )
        return _("%(name)s is saved.") % {"name": saved.name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What else can be done with a site that is there."""
        site = self.site
        return super().get_context_data(
            title=site.name if site else _("Add a place"),
            submit=_("Save"),
            site=site_row(site) if site else None,
            sign_count=site.signs.exclude(state__in=GONE).count() if site else 0,
            list_url=reverse("signs:site_office", args=[self.municipality.slug]),
            close_form=CloseForm(initial={"on": self.today}, auto_id="close_%s"),
            zone_form=DecideZoneForm(
                municipality=self.municipality, language=self.language, auto_id="zone_%s"
            ),
            **kwargs,
        )


class SiteClosingView(SiteOfView, ActionView):
    """Closes a site from a day on, or opens a closed one."""

    def act_on(self, **kwargs: Any) -> str:
        """Do the one that fits its state."""
        site = self.there()
        if site.closed_on:
            reopen_site(site=site, actor=self.membership, now=self.act.now)
            return _("%(name)s is open again.") % {"name": site.name}
        form = CloseForm(self.request.POST)
        on = form.cleaned_data["on"] if form.is_valid() else self.today
        close_site(site=site, on=on, actor=self.membership, now=self.act.now)
        return _("%(name)s is closed.") % {"name": site.name}


class SiteZoneView(SiteOfView, ActionView):
    """Decides the zone of a site, or lets its place decide again."""

    def act_on(self, **kwargs: Any) -> str:
        """Withdraw the decision that is named, or take a new one."""
        site = self.there()
        number = self.request.POST.get("withdraw", "")
        if number.isdecimal() and len(number) < 19:
            held = SiteZone.objects.filter(site=site, basis=SiteZone.Basis.OVERRIDE)
            decided = get_object_or_404(held.select_related("site__municipality"), pk=int(number))
            withdraw_override(decided=decided, actor=self.membership, now=self.act.now)
            return _("The place decides again which zone it is.")
        form = DecideZoneForm(
            self.request.POST, municipality=self.municipality, language=self.language
        )
        if not form.is_valid():
            return _("Nothing was changed: choose a zone and write why.")
        override_zone(
            site=site,
            zone=form.cleaned_data["zone"],
            reason=form.cleaned_data["reason"],
            actor=self.membership,
            now=self.act.now,
        )
        return _("%(name)s now belongs to %(zone)s.") % {
            "name": site.name,
            "zone": form.cleaned_data["zone"].name,
        }
