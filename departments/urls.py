"""Addresses of what a town sets about its offices and staff; all below /<slug>/town/."""

from django.urls import URLPattern, path

from departments.views.calendars import (
    CalendarChangeView,
    CalendarListView,
    CalendarView,
    PublishView,
)
from departments.views.history import HistoryView
from departments.views.loading import LoadCalendarsView, LoadDepartmentsView, LoadStaffView
from departments.views.offices import (
    DepartmentChangeView,
    DepartmentClosingView,
    DepartmentListView,
)
from departments.views.staff import (
    DeputyView,
    EndView,
    InvitationSendView,
    InvitationWithdrawView,
    InviteView,
    RoleView,
    StaffListView,
)
from departments.views.works import WorksChangeView, WorksListView

app_name = "departments"

urlpatterns: list[URLPattern] = [
    path("departments/", DepartmentListView.as_view(), name="departments"),
    path("departments/add/", DepartmentChangeView.as_view(), name="department_add"),
    path("departments/load/", LoadDepartmentsView.as_view(), name="departments_load"),
    path("departments/<int:pk>/", DepartmentChangeView.as_view(), name="department"),
    path("departments/<int:pk>/closing/", DepartmentClosingView.as_view(), name="closing"),
    path("staff/", StaffListView.as_view(), name="staff"),
    path("staff/invite/", InviteView.as_view(), name="invite"),
    path("staff/load/", LoadStaffView.as_view(), name="staff_load"),
    path("staff/<int:pk>/", RoleView.as_view(), name="role"),
    path("staff/<int:pk>/end/", EndView.as_view(), name="role_end"),
    path("staff/<int:pk>/deputy/", DeputyView.as_view(), name="deputy"),
    path("staff/<int:pk>/letter/", InvitationSendView.as_view(), name="invitation_send"),
    path("staff/<int:pk>/withdraw/", InvitationWithdrawView.as_view(), name="invitation_withdraw"),
    path("calendars/", CalendarListView.as_view(), name="calendars"),
    path("calendars/add/", CalendarChangeView.as_view(), name="calendar_add"),
    path("calendars/load/", LoadCalendarsView.as_view(), name="calendars_load"),
    path("calendars/<int:pk>/", CalendarView.as_view(), name="calendar"),
    path("calendars/<int:pk>/name/", CalendarChangeView.as_view(), name="calendar_change"),
    path("calendars/<int:pk>/publish/", PublishView.as_view(), name="calendar_publish"),
    path("works/", WorksListView.as_view(), name="works"),
    path("works/add/", WorksChangeView.as_view(), name="works_add"),
    path("works/<int:pk>/", WorksChangeView.as_view(), name="works_change"),
    path("history/", HistoryView.as_view(), name="history"),
]
