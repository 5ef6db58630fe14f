"""Addresses of the pages; docs/architecture.md lists the ones that stay stable."""

from django.urls import path

from portal.addresses import adoption, dossiers, phone, practice, setup, zone_editor
from portal.views.administration import (
    CorrectionListView,
    CorrectionSettleView,
    QualityView,
    TownSettingsView,
)
from portal.views.area_question import AreaQuestionView
from portal.views.areas import AreaListView, AreaNewView, AreaView, PlanHomeView
from portal.views.demo import DemoLetterView, DemoMailView, DemoSignInView, DemoView
from portal.views.handover import HandOverView
from portal.views.here import CorrectionView, HereView
from portal.views.home import HomeView
from portal.views.minutes import SealedMinutesView
from portal.views.nearby import NearbyView, WorksPageView
from portal.views.outbox import OutboxAgainView, OutboxMessageView, OutboxView
from portal.views.privacy import AssessmentView, MyDataView, PrivacyView, RecordView
from portal.views.search import SearchView
from portal.views.staff import StaffHomeView
from portal.views.streets import StreetListView, StreetView
from portal.views.town import ArmsView, BrandView, DataView, IndexView
from portal.views.walks import GuideListView, GuideView, WalkEndView, WalkView
from portal.views.zones import ZoneListView, ZoneView

app_name = "portal"

urlpatterns = [
    path("", IndexView.as_view(), name="index"),
    *setup.outside,
    path("demo/", DemoView.as_view(), name="demo"),
    path("demo/mail/", DemoMailView.as_view(), name="demo_mail"),
    path("demo/mail/<str:name>/", DemoLetterView.as_view(), name="demo_letter"),
    path("demo/walk/", WalkView.as_view(), name="demo_walk"),
    path("demo/walk/end/", WalkEndView.as_view(), name="demo_walk_end"),
    path("demo/sign-in/", DemoSignInView.as_view(), name="demo_sign_in"),
    path("api/<slug:slug>/v1/areas/evaluate/", AreaQuestionView.as_view(), name="area_evaluate"),
    path("<slug:slug>/plan/", PlanHomeView.as_view(), name="plan"),
    path("<slug:slug>/plan/areas/", AreaListView.as_view(), name="areas"),
    path("<slug:slug>/plan/areas/new/", AreaNewView.as_view(), name="area_new"),
    path("<slug:slug>/plan/areas/<int:pk>/", AreaView.as_view(), name="area"),
    path(
        "<slug:slug>/consultations/<int:pk>/minutes.pdf",
        SealedMinutesView.as_view(),
        name="minutes",
    ),
    path("<slug:slug>/", HomeView.as_view(), name="town"),
    path("<slug:slug>/here/", HereView.as_view(), name="here"),
    path("<slug:slug>/search/", SearchView.as_view(), name="search"),
    path("<slug:slug>/correction/", CorrectionView.as_view(), name="correction"),
    path("<slug:slug>/zones/", ZoneListView.as_view(), name="zones"),
    path("<slug:slug>/zones/<int:pk>/", ZoneView.as_view(), name="zone"),
    path("<slug:slug>/streets/", StreetListView.as_view(), name="streets"),
    path("<slug:slug>/streets/<int:pk>/", StreetView.as_view(), name="street"),
    path("<slug:slug>/nearby/", NearbyView.as_view(), name="nearby"),
    path("<slug:slug>/nearby/works/<int:pk>/", WorksPageView.as_view(), name="near_works"),
    path("<slug:slug>/staff/", StaffHomeView.as_view(), name="staff"),
    path("<slug:slug>/guides/", GuideListView.as_view(), name="guides"),
    path("<slug:slug>/guides/<slug:walk>/", GuideView.as_view(), name="guide"),
    path("<slug:slug>/data/", DataView.as_view(), name="data"),
    path("<slug:slug>/privacy/", PrivacyView.as_view(), name="privacy"),
    path("<slug:slug>/me/data/", MyDataView.as_view(), name="my_data"),
    path("<slug:slug>/town/privacy/", RecordView.as_view(), name="record"),
    path("<slug:slug>/town/privacy/assessment/", AssessmentView.as_view(), name="assessment"),
    path("<slug:slug>/brand.css", BrandView.as_view(), name="brand"),
    path("<slug:slug>/arms.png", ArmsView.as_view(), name="arms"),
    path("<slug:slug>/town/", TownSettingsView.as_view(), name="town_admin"),
    path("<slug:slug>/town/staff/<int:pk>/leaving/", HandOverView.as_view(), name="hand_over"),
    path("<slug:slug>/town/corrections/", CorrectionListView.as_view(), name="corrections"),
    path(
        "<slug:slug>/town/corrections/<int:pk>/",
        CorrectionSettleView.as_view(),
        name="correction_close",
    ),
    path("<slug:slug>/town/outbox/", OutboxView.as_view(), name="outbox"),
    path("<slug:slug>/town/outbox/again/", OutboxAgainView.as_view(), name="outbox_again"),
    path("<slug:slug>/town/outbox/<int:pk>/", OutboxMessageView.as_view(), name="outbox_message"),
    path("<slug:slug>/town/quality/", QualityView.as_view(), name="quality"),
    *setup.urlpatterns,
    *practice.urlpatterns,
    *zone_editor.urlpatterns,
    *adoption.urlpatterns,
    *dossiers.urlpatterns,
    *phone.urlpatterns,
]
