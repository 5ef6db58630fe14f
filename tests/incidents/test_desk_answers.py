"""An answer goes through the hands its path names, and through no others."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from incidents.answer_paths import bases_for, path_for, step_after
from incidents.models import AnswerDraft, Incident
from incidents.services.answering import AnswerText, give_back, pass_on, write
from incidents.services.letterhead import answer_letter
from incidents.services.recording import Actor
from incidents.workflow import Status
from tests.factories.departments import NOON
from tests.factories.desk import Hall, hall

WORDS = AnswerText("The lamp burns again.", "ro", "done", "OG nr. 27/2002, art. 8 alin. (1)")
REGIME = "ro_og27_2002"


def test_paths_and_bases_are_data() -> None:
    assert path_for("") == ()
    assert path_for(REGIME) == ("head", "authority", "relations")
    assert step_after(REGIME, "draft") == "head"
    assert step_after(REGIME, "relations") == "sent"
    assert step_after("", "head") == "sent"  # a step that is gone
    assert all(set(one.names) == {"en", "ro", "bg"} for one in bases_for("RO") + bases_for("BG"))


@pytest.mark.django_db
class TestPath:
    """A petition: written, approved, signed, sent."""

    def begun(self) -> tuple[Hall, Incident, AnswerDraft, Actor]:
        house = hall(regime=REGIME)
        incident, handler = house.sent(), house.handler()
        draft = write(incident=incident, answer=WORDS, actor=handler, now=NOON)
        return house, incident, draft, handler

    def test_it_goes_through_four_hands(self) -> None:
        house, incident, draft, handler = self.begun()
        draft = pass_on(draft=draft, actor=handler, now=NOON)
        assert (draft.step, draft.incident.waits_for) == ("head", "head")
        head = house.someone("head", department=house.roads)
        draft = pass_on(draft=draft, actor=head, now=NOON)
        assert (draft.step, draft.approved_by) == ("authority", head.user)
        mayor = house.someone("head")
        draft = pass_on(draft=draft, actor=mayor, now=NOON)
        assert (draft.step, draft.signed_by) == ("relations", mayor.user)
        draft = pass_on(draft=draft, actor=house.someone("clerk"), now=NOON)
        incident.refresh_from_db()
        assert (draft.step, draft.sent_at) == ("sent", NOON)
        assert (incident.status, incident.outcome) == (Status.ANSWERED, "done")

    def test_nobody_acts_at_a_step_of_another(self) -> None:
        house, _incident, draft, handler = self.begun()
        draft = pass_on(draft=draft, actor=handler, now=NOON)
        parks_head = house.someone("head", department=house.parks)
        for actor in (handler, parks_head, house.someone("clerk")):
            with pytest.raises(PermissionDenied):
                pass_on(draft=draft, actor=actor, now=NOON)
        draft = pass_on(draft=draft, actor=house.someone("head"), now=NOON)
        with pytest.raises(PermissionDenied):  # the head of a department is not the authority
            pass_on(draft=draft, actor=house.someone("head", department=house.roads), now=NOON)
        with pytest.raises(PermissionDenied):
            give_back(draft=draft, remark="No", actor=handler, now=NOON)

    def test_it_comes_back_with_a_remark_and_goes_again(self) -> None:
        house, incident, draft, handler = self.begun()
        draft = pass_on(draft=draft, actor=handler, now=NOON)
        head = house.someone("head", department=house.roads)
        with pytest.raises(ValidationError):
            give_back(draft=draft, remark=" ", actor=head, now=NOON)
        draft = give_back(draft=draft, remark="Name the pole.", actor=head, now=NOON)
        incident.refresh_from_db()
        assert (draft.step, draft.remark, incident.waits_for) == ("draft", "Name the pole.", "")
        again = write(incident=incident, answer=WORDS, actor=handler, now=NOON)
        assert again.pk == draft.pk

    def test_what_is_on_its_way_is_not_changed(self) -> None:
        _house, incident, draft, handler = self.begun()
        pass_on(draft=draft, actor=handler, now=NOON)
        with pytest.raises(ValidationError, match="on its way"):
            write(incident=incident, answer=WORDS, actor=handler, now=NOON)

    def test_an_operational_report_is_answered_by_its_handler(self) -> None:
        house = hall()
        incident, handler = house.sent(), house.handler()
        draft = write(incident=incident, answer=WORDS, actor=handler, now=NOON)
        assert pass_on(draft=draft, actor=handler, now=NOON).step == "sent"
        with pytest.raises(ValidationError, match="sent already"):
            pass_on(draft=draft, actor=handler, now=NOON)

    def test_a_stranger_writes_no_answer(self) -> None:
        house = hall()
        with pytest.raises(PermissionDenied):
            write(incident=house.sent(), answer=WORDS, actor=house.stranger(), now=NOON)

    @pytest.mark.parametrize("wrong", [AnswerText("", "ro", "done"), AnswerText("x", "ro", "?")])
    def test_an_answer_has_words_and_an_outcome(self, wrong: AnswerText) -> None:
        house = hall()
        with pytest.raises(ValidationError):
            write(incident=house.sent(), answer=wrong, actor=house.handler(), now=NOON)

    def test_the_words_are_committed_to_and_not_in_the_ledger(self) -> None:
        _house, incident, _draft, _handler = self.begun()
        body = bytes(incident.events.get(kind="drafted").body)
        assert b"lamp" not in body
        assert b"secret_answer" in body

    def test_the_letter_has_every_word_however_long(self) -> None:
        _house, _incident, draft, _handler = self.begun()
        short = answer_letter(draft)
        assert short.startswith(b"%PDF")
        draft.text = "\n".join(f"Paragraph {number} <b>&" for number in range(120))
        assert answer_letter(draft).count(b"/Type /Page\n") > short.count(b"/Type /Page\n")
        assert answer_letter(draft) == answer_letter(draft)
