"""Help for residents: what is asked most, answered shortly, one page for each matter."""

from typing import Any

from django.http import Http404
from django.views.generic import TemplateView

from portal.help_pages import help_of
from zones.views import TownView


class HelpView(TownView, TemplateView):
    """Every matter with its questions, so that a search of the browser finds all of them."""

    template_name = "portal/help/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """No query of its own."""
        return super().get_context_data(topics=help_of(self.municipality), **kwargs)


class HelpPageView(TownView, TemplateView):
    """One matter: questions with answers, and the page to go on to."""

    template_name = "portal/help/page.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A matter of a module that the town has not got is not found."""
        topics = help_of(self.municipality)
        topic = next((one for one in topics if one.code == kwargs["topic"]), None)
        if topic is None:
            raise Http404
        others = [one for one in topics if one is not topic]
        return super().get_context_data(one=topic, others=others, **kwargs)
