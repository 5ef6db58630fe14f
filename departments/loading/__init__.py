"""Loading offices, staff and calendars from tables: the whole file or nothing, with a report."""

from departments.loading.calendars import CALENDAR_COLUMNS, calendar_rows, load_calendars
from departments.loading.offices import DEPARTMENT_COLUMNS, department_cells, load_departments
from departments.loading.staff import STAFF_COLUMNS, load_staff, staff_cells
from departments.loading.tables import Loaded, row_refused, whole_or_nothing

__all__ = [
    "CALENDAR_COLUMNS",
    "DEPARTMENT_COLUMNS",
    "STAFF_COLUMNS",
    "Loaded",
    "calendar_rows",
    "department_cells",
    "load_calendars",
    "load_departments",
    "load_staff",
    "row_refused",
    "staff_cells",
    "whole_or_nothing",
]
