"""What is done with offices, people, calendars and works; one module for each of them."""

from departments.services.appointing import appoint_administrator

__all__ = ["appoint_administrator"]
