"""The nouns of the town's offices: departments, staff and their roles, calendars, works.

Inside the package imports go one way: offices <- (staff, works); calendars <- offices.
"""

from departments.models.calendars import Calendar, CalendarVersion
from departments.models.offices import Department
from departments.models.staff import Invitation, Membership
from departments.models.works import Works

__all__ = ["Calendar", "CalendarVersion", "Department", "Invitation", "Membership", "Works"]
