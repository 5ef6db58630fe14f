"""Pages about offices, staff, calendars, works and history; `base` holds what all of them share."""

from departments.views.base import AdministrationView, StaffView

__all__ = ["AdministrationView", "StaffView"]
