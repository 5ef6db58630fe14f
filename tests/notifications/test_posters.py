"""The walk along the doors, posters that can be read back, and papers that are what they say."""

import io
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.core.exceptions import ValidationError
from pytest_django import Settings

from notifications.documents.posters import Poster, posters_pdf
from notifications.models import Notice, PaperRun
from notifications.services.attachments import attach, detach
from notifications.services.paper import (
    claim_run,
    doors_of,
    letters_of,
    make_posters,
    order_posters,
)
from notifications.walking import Door, in_walking_order
from residents.models import Reveal
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON
from tests.factories.notifications import AnnouncementFactory, TargetAreaFactory
from tests.factories.residents import ResidenceFactory, ResidentFactory
from tests.factories.zones import AddressFactory, StreetFactory, spot, square

POSTER = Poster("Town", "Apă oprită", "4 May", "", "Words.", "https://t.example/t/news/7/", "ro")


def door(street: str, number: str, longitude: float, entrance: str = "") -> Door:
    """A door on a line from west to east."""
    label = f"{street} {number} {entrance}".strip()
    return Door(label, street, number, "", entrance, longitude, 46.9)


def test_one_walks_up_the_odd_side_and_back_down_the_even_one() -> None:
    doors = [door("A", str(number), number / 1000) for number in (2, 1, 4, 3, 12, 11)]
    assert [one.number for one in in_walking_order(doors)] == ["1", "3", "11", "12", "4", "2"]


def test_the_next_street_is_the_nearest_and_every_door_comes_once() -> None:
    doors = [door("Far", "1", 0.5), door("First", "1", 0.0), door("Near", "1", 0.1)]
    assert [one.street for one in in_walking_order(doors)] == ["First", "Near", "Far"]


def test_entrances_of_one_house_keep_their_order_and_the_unnumbered_come_last() -> None:
    doors = [door("A", "", 0.0), door("A", "2", 0.0, "B"), door("A", "2", 0.0, "A")]
    assert [one.label for one in in_walking_order(doors)] == ["A 2 A", "A 2 B", "A"]


def test_nothing_is_a_walk_too() -> None:
    assert in_walking_order([]) == []


def test_each_page_names_its_door_and_its_code_leads_to_the_page() -> None:
    document = pypdfium2.PdfDocument(posters_pdf(POSTER, ["Strada Lungă 7", "Strada Lungă 9"]))
    assert len(document) == 2
    for page, label in zip(document, ("Strada Lungă 7", "Strada Lungă 9"), strict=True):
        assert label in page.get_textpage().get_text_range()
        image = page.render(scale=2).to_pil()
        assert [code.text for code in zxingcpp.read_barcodes(image)] == [POSTER.link]


@pytest.mark.django_db
class TestOfANotice:
    """With the register of a town."""

    @pytest.fixture
    def one(self) -> Any:
        """A notice for the first cell, with two doors in it and one beyond."""
        area = TargetAreaFactory.create(geometry=square(0, 0))
        town = area.municipality
        street = StreetFactory.create(municipality=town)
        for number, column in (("1", 0.2), ("3", 0.4), ("5", 1.5)):
            AddressFactory.create(
                municipality=town, street=street, address_number=number, location=spot(column, 0.5)
            )
        return AnnouncementFactory.create(municipality=town, target=area)

    def test_doors_are_those_of_the_area(self, one: Any) -> None:
        assert [found.number for found in doors_of(one)] == ["1", "3"]

    def test_a_long_run_is_drawn_in_the_background(
        self, one: Any, settings: Settings, tmp_path: Any
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        actor = UserFactory.create()
        order_posters(
            announcement=one, language="ro", origin="https://t.example", actor=actor, now=NOON
        )
        run = claim_run(now=NOON)
        assert run is not None
        assert claim_run(now=NOON) is None
        make_posters(run=run, now=NOON)
        run = PaperRun.objects.get()
        assert (run.state, run.done, run.total) == ("done", 2, 2)
        with run.file.open("rb") as drawn:
            assert len(pypdfium2.PdfDocument(io.BytesIO(drawn.read()))) == 2

    def test_no_entrance_is_refused(self) -> None:
        with pytest.raises(ValidationError) as refused:
            order_posters(
                announcement=AnnouncementFactory.create(),
                language="ro",
                origin="https://t.example",
                actor=UserFactory.create(),
                now=NOON,
            )
        assert refused.value.code == "nothing"

    def test_each_letter_is_recorded_as_a_look(self, one: Any) -> None:
        clerk, user = UserFactory.create(), UserFactory.create(full_name="Ana Pop")
        resident = ResidentFactory.create(municipality=one.municipality, user=user)
        ResidenceFactory.create(resident=resident)
        Notice.objects.create(announcement=one, user=user, way="letter", told_at=NOON)
        content = letters_of(
            announcement=one, pile=1, origin="https://t.example", actor=clerk, now=NOON
        )
        assert "Ana Pop" in pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
        assert list(Reveal.objects.values_list("resident_number", "seen_by")) == [
            (resident.pk, clerk.pk)
        ]

    @pytest.mark.parametrize(
        ("raw", "code"),
        [
            (b"<html><script>", "not_a_picture"),
            (b"%PDF-1.7 cut off", "not_a_pdf"),
            (b"%PDF-1.7 /JavaScript %%EOF", "active"),
            (b"%PDF-1.7 " + b"x" * 10_000_000 + b"%%EOF", "too_large"),
        ],
    )
    def test_a_paper_is_judged_by_what_is_in_it(self, raw: bytes, code: str) -> None:
        draft = AnnouncementFactory.create(state="draft")
        with pytest.raises(ValidationError) as refused:
            attach(announcement=draft, raw=raw, names={}, actor=UserFactory.create(), now=NOON)
        assert refused.value.code == code

    def test_what_went_out_keeps_its_papers(self, settings: Settings, tmp_path: Any) -> None:
        settings.MEDIA_ROOT = tmp_path
        draft = AnnouncementFactory.create(state="draft")
        given: dict[str, Any] = {
            "raw": b"%PDF-1.7 %%EOF",
            "names": {},
            "actor": UserFactory.create(),
            "now": NOON,
        }
        paper = attach(announcement=draft, **given)
        type(draft).objects.update(state="sent")
        with pytest.raises(ValidationError) as refused:
            detach(attachment=paper)
        assert refused.value.code == "not_draft"
