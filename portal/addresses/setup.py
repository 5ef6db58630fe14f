"""Where a town is founded and set up."""

from django.urls import path

from portal.views.setup import (
    FirstSignView,
    FoundView,
    ModulesView,
    OutlineView,
    SetupSkipView,
    SetupView,
    TemplateLoadView,
)
from portal.views.setup_files import FileNewView, FileStateView, FileView

_SETUP = "<slug:slug>/town/setup/"

#: Before every address of a town: its first part is no town.
outside = [path("setup/", FoundView.as_view(), name="found")]

urlpatterns = [
    path(_SETUP, SetupView.as_view(), name="setup"),
    path(f"{_SETUP}skip/", SetupSkipView.as_view(), name="setup_skip"),
    path(f"{_SETUP}outline/", OutlineView.as_view(), name="setup_outline"),
    path(f"{_SETUP}modules/", ModulesView.as_view(), name="setup_modules"),
    path(f"{_SETUP}sign/", FirstSignView.as_view(), name="setup_sign"),
    path(f"{_SETUP}template/<slug:template>/", TemplateLoadView.as_view(), name="setup_template"),
    path(f"{_SETUP}new/<slug:kind>/", FileNewView.as_view(), name="setup_file_new"),
    path(f"{_SETUP}files/<int:pk>/", FileView.as_view(), name="setup_file"),
    path(f"{_SETUP}files/<int:pk>/state.json", FileStateView.as_view(), name="setup_file_state"),
]
