"""One-click sign-in of invented people and the letters they get; only where MEGDAN_DEMO is on."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import Resolver404, resolve
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.generic import TemplateView, View

from accounts.security import DEMO_MARK
from departments.models import Membership
from outbox.mailbox import Mailbox
from portal.doors import DOORS
from portal.walks import walks_in
from residents.models import Resident

DEMO_DOMAIN = ".example"
LETTERS_A_PAGE = 50
#: Where the day of a role begins, below the town's address.
START_PAGES = {
    "administrator": "town/",
    "head": "desk/",
    "dispatcher": "desk/",
    "handler": "desk/",
    "clerk": "desk/take-in/",
    "planner": "plan/",
    "press": "press/",
    "owner": "mine/",
    "crew_lead": "crew/",
    "crew": "crew/",
}
STAFF_PAGE = "staff/"
LINK = re.compile(r"(https?://[^\s<>\"]+[^\s<>\".,;:!?)])")


class DemoOnly(View):
    """Refuses to exist outside a demonstration."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """404 unless the operator switched the demonstration on."""
        if not settings.MEGDAN_DEMO:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class DemoView(DemoOnly, TemplateView):
    """The invented people of the demonstration, by town and role."""

    template_name = "portal/demo.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Two queries."""
        towns: dict[str, dict[str, Any]] = {}
        for membership in demo_memberships():
            town = membership.municipality
            group = towns.setdefault(town.slug, {"town": town, "people": []})
            group["people"].append({"membership": membership, "start": start_path(membership)})
        for resident in demo_residents():
            town = resident.municipality
            group = towns.setdefault(town.slug, {"town": town, "people": []})
            group.setdefault("residents", []).append(resident)
        for group in towns.values():
            group["people"].sort(key=_by_role)
            group["walks"] = walks_in(group["town"].modules)
        return super().get_context_data(towns=list(towns.values()), **kwargs)


class DemoSignInView(DemoOnly):
    """Signs in as one of them."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Only people of reserved example addresses can be chosen (RFC 2606)."""
        number = request.POST.get("resident", "")
        if number.isdecimal():
            resident = get_object_or_404(demo_residents(), pk=int(number))
            user, start = resident.user, f"/{resident.municipality.slug}/"
        else:
            membership = _chosen(request)
            user, start = membership.user, start_path(membership)
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        request.session[DEMO_MARK] = True
        return redirect(start)


class DemoMailView(DemoOnly, TemplateView):
    """The letters the demonstration has written, newest first."""

    template_name = "portal/demo_mail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """No query: letters are files."""
        mailbox = Mailbox(settings.MEGDAN_MAIL_FOLDER)
        page = Paginator(mailbox.names(), LETTERS_A_PAGE).get_page(self.request.GET.get("page"))
        letters = [letter for name in page if (letter := mailbox.read(name))]
        return super().get_context_data(page_obj=page, letters=letters, **kwargs)


class DemoLetterView(DemoOnly, TemplateView):
    """One letter, as plain text."""

    template_name = "portal/demo_letter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """404 for every name that is no letter of ours."""
        letter = Mailbox(settings.MEGDAN_MAIL_FOLDER).read(kwargs["name"])
        if letter is None:
            raise Http404
        own = f"{self.request.scheme}://{self.request.get_host()}"
        text = with_own_links(letter.text, own)
        return super().get_context_data(letter=letter, text=text, **kwargs)


def demo_memberships() -> Any:
    """Memberships of invented people."""
    return (
        Membership.objects.filter(user__email__endswith=DEMO_DOMAIN, user__is_active=True)
        .filter(municipality__practice_of=None)
        .select_related("user", "municipality", "department")
        .order_by("municipality__slug", "pk")
    )


def demo_residents() -> Any:
    """Invented residents who can be signed in as; the crowd has addresses of another kind."""
    return (
        Resident.objects.filter(user__email__endswith=DEMO_DOMAIN, user__is_active=True)
        .select_related("user", "municipality")
        .order_by("municipality__slug", "pk")
    )


def start_path(membership: Membership) -> str:
    """The first page of a role; where the town has not got that one, the one all staff begin on."""
    town = membership.municipality
    closed = {door.path for door in DOORS if door.module and door.module not in town.modules}
    pages = (START_PAGES.get(membership.role, STAFF_PAGE), STAFF_PAGE)
    paths = (f"/{town.slug}/{page}" for page in pages if page not in closed)
    return next((path for path in paths if _exists(path)), f"/{town.slug}/")


def _exists(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def with_own_links(text: str, origin: str) -> SafeString:
    """A text as HTML in which links to this very installation can be followed, and no others."""
    parts = LINK.split(text)
    linked = (
        format_html('<a href="{}">{}</a>', part.removeprefix(origin), part)
        if number % 2 and part.startswith(f"{origin}/")
        else part
        for number, part in enumerate(parts)
    )
    return format_html_join("", "{}", ((part,) for part in linked))


def _by_role(person: dict[str, Any]) -> tuple[int, str]:
    membership = person["membership"]
    return Membership.Role.values.index(membership.role), str(membership.user)


def _chosen(request: HttpRequest) -> Membership:
    people = demo_memberships().filter(user__email=request.POST.get("user", ""))
    hat = request.POST.get("membership", "")
    if hat.isdecimal():
        people = people.filter(pk=int(hat))
    chosen: Membership = get_object_or_404(people[:1])
    return chosen
