"""The form of a survey as its questions make it: every place has a way without the map."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.gis.geos import GEOSGeometry, LineString, MultiLineString
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consultations.models import Process, Question, Standing
from consultations.named_places import cut_to, drawn_shape, named_area, named_line
from consultations.place_fields import number_field, shape_field, street_field
from consultations.services.responding import HIGHEST, LOWEST, SHAPES, Given
from consultations.services.surveys import PLACES
from departments.places import geometry_of
from geo.crs import STORAGE_SRID
from submissions.services import LONGEST_TEXT
from zones.models import Municipality, Zone
from zones.names import in_language

Kind = Question.Kind
SPEAKS_AS = "speaks_as"
VOICES = (
    ("", _("for myself")),
    (Standing.BUSINESS, _("for a business")),
    (Standing.ASSOCIATION, _("for an association")),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its fields, as the page shows it."""

    question: Question
    number: int
    fields: Sequence[forms.BoundField]

    @property
    def is_place(self) -> bool:
        """Whether it is answered on a map."""
        return self.question.kind in PLACES

    @property
    def errors(self) -> list[str]:
        """What is wrong with the answer, of all its fields."""
        return [str(error) for field in self.fields for error in field.errors]

    @property
    def name(self) -> str:
        """The question in the language of the reader."""
        return in_language(self.question.names)


class SurveyForm(forms.Form):
    """One field for each question, or the ways to name a place."""

    def __init__(
        self,
        *args: Any,
        process: Process,
        questions: Sequence[Question],
        zones: Iterable[Zone],
        given: Mapping[str, Given] | None = None,
        **kwargs: Any,
    ) -> None:
        """Ask the questions, with what was answered before."""
        super().__init__(*args, **kwargs)
        self.process, self.questions = process, questions
        order = process.municipality.languages
        self.zone_choices = [(str(zone.pk), in_language(zone.names, order)) for zone in zones]
        self.fields[SPEAKS_AS] = forms.ChoiceField(
            label=_("I answer"), choices=VOICES, required=False, widget=forms.RadioSelect
        )
        for question in questions:
            self.fields.update(self._fields_of(question, order))
            if given and question.code in given:
                self.initial.update(_start(question, given[question.code]))

    def asked(self) -> Iterator[Asked]:
        """The questions in their order, each with its fields."""
        for number, question in enumerate(self.questions, 1):
            yield Asked(question, number, [self[name] for name in names_of(question)])

    def clean(self) -> dict[str, Any]:
        """Read places; whatever cannot be read is said at its field."""
        data = super().clean() or {}
        for question in self.questions:
            if question.kind in PLACES:
                try:
                    data[question.code] = self._place(question, data)
                except ValidationError as refused:
                    field = next(
                        (one for one in names_of(question) if data.get(one)),
                        names_of(question)[0],
                    )
                    self.add_error(field, refused)
        return data

    def answers(self) -> dict[str, Given]:
        """What was answered, by code of the question."""
        return {one.code: self._given(one) for one in self.questions}

    def refuse(self, refused: ValidationError) -> None:
        """Show what a service refused at the question it is about."""
        if not hasattr(refused, "error_dict"):
            self.add_error(None, refused)
            return
        first = {one.code: names_of(one)[0] for one in self.questions}
        for code, errors in refused.error_dict.items():
            self.add_error(first.get(code), errors)

    def _given(self, question: Question) -> Given:
        data = self.cleaned_data
        if question.kind in PLACES:
            return Given(place=data.get(question.code))
        value = data[names_of(question)[0]]
        if question.kind == Kind.SCALE:
            return Given(score=int(value) if value else None)
        if question.kind == Kind.TEXT:
            return Given(text=value)
        return Given(codes=tuple(value) if question.kind == Kind.MANY else (value,) * bool(value))

    def _fields_of(self, question: Question, order: Sequence[str]) -> dict[str, forms.Field]:
        if question.kind in PLACES:
            return self._place_fields(question)
        label = in_language(question.names, order)
        options = [(one["code"], in_language(one["names"], order)) for one in question.options]
        name = names_of(question)[0]
        # Whether an answer is missing the service says, for all kinds in the same words.
        if question.kind == Kind.TEXT:
            return {
                name: forms.CharField(
                    label=label,
                    required=False,
                    max_length=LONGEST_TEXT,
                    widget=forms.Textarea(attrs={"rows": 4}),
                )
            }
        if question.kind == Kind.MANY:
            many = forms.MultipleChoiceField(
                label=label,
                required=False,
                choices=options,
                widget=forms.CheckboxSelectMultiple,
            )
            return {name: many}
        if question.kind == Kind.SCALE:
            options = [(str(one), str(one)) for one in range(LOWEST, HIGHEST + 1)]
        return {
            name: forms.ChoiceField(
                label=label, required=False, choices=options, widget=forms.RadioSelect
            )
        }

    def _place_fields(self, question: Question) -> dict[str, forms.Field]:
        where, *more, shape = names_of(question)
        ways: dict[str, forms.Field] = {}
        if question.kind == Kind.AREA:
            ways[where] = forms.MultipleChoiceField(
                label=_("Neighbourhoods"),
                required=False,
                choices=self.zone_choices,
                widget=forms.CheckboxSelectMultiple,
            )
        elif question.kind == Kind.POINT:
            ways[where] = forms.CharField(
                label=_("Street and number"), required=False, max_length=200
            )
            ways[more[0]] = street_field("survey-streets")
        else:
            ways[where] = street_field("survey-streets")
            ways[more[0]] = number_field(_("From number"))
            ways[more[1]] = number_field(_("To number"))
        ways[shape] = shape_field(question.kind)
        return ways

    def _place(self, question: Question, data: Mapping[str, Any]) -> GEOSGeometry | None:
        """What is named in words goes before what was drawn."""
        named = _NAMED[question.kind](self.process.municipality, question, data)
        if named is not None:
            return self._cut(question, named)
        shape = str(data.get(names_of(question)[-1]) or "").strip()
        return drawn_shape(shape, SHAPES[question.kind]) if shape else None

    def _cut(self, question: Question, named: GEOSGeometry) -> GEOSGeometry:
        """The part of a named place that may be answered; the whole of it where none may."""
        area = self.process.area.geometry if self.process.area and question.is_in_area else None
        outline = self.process.municipality.outline
        return cut_to(named, (outline, area), SHAPES[question.kind])


def names_of(question: Question) -> list[str]:
    """Names of the fields of a question, the one that says what is wrong first."""
    start = f"answer_{question.code}"
    if question.kind == Kind.POINT:
        return [f"{start}_where", f"{start}_street", f"{start}_shape"]
    if question.kind == Kind.LINE:
        return [f"{start}_where", f"{start}_from", f"{start}_to", f"{start}_shape"]
    if question.kind == Kind.AREA:
        return [f"{start}_where", f"{start}_shape"]
    return [start]


def _named_point(
    town: Municipality, question: Question, data: Mapping[str, Any]
) -> GEOSGeometry | None:
    where, street, _shape = (str(data.get(name) or "").strip() for name in names_of(question))
    if where:
        typed = {"place_text": where, "longitude": "", "latitude": "", "geometry": ""}
        try:
            return geometry_of(town, typed)
        except ValidationError as refused:
            raise ValidationError(refused.messages) from refused
    if not street:
        return None
    return _middle(named_line(town, street, None, None)[0])


def _named_line(
    town: Municipality, question: Question, data: Mapping[str, Any]
) -> GEOSGeometry | None:
    where, first, last, _shape = names_of(question)
    street = str(data.get(where) or "").strip()
    if not street and (data.get(first) or data.get(last)):
        raise ValidationError(_("Write the street of these numbers."), code="no_street")
    if not street:
        return None
    return named_line(town, street, data.get(first), data.get(last))[0]


def _named_area(
    town: Municipality, question: Question, data: Mapping[str, Any]
) -> GEOSGeometry | None:
    zones = data.get(names_of(question)[0]) or []
    return named_area(town, [int(zone) for zone in zones])[0] if zones else None


_NAMED: Mapping[str, Callable[[Municipality, Question, Mapping[str, Any]], GEOSGeometry | None]] = {
    Kind.POINT: _named_point,
    Kind.LINE: _named_line,
    Kind.AREA: _named_area,
}


def _start(question: Question, given: Given) -> dict[str, Any]:
    names = names_of(question)
    if question.kind in PLACES:
        return {names[-1]: given.place.geojson if given.place is not None else ""}
    if question.kind == Kind.MANY:
        return {names[0]: list(given.codes)}
    if question.kind == Kind.SCALE:
        return {names[0]: str(given.score)}
    return {names[0]: given.text if question.kind == Kind.TEXT else "".join(given.codes)}


def _middle(axis: GEOSGeometry) -> GEOSGeometry:
    """A point in the middle of the longest piece of a street."""
    whole = axis if isinstance(axis, MultiLineString) else [axis]
    pieces = [piece for piece in whole if isinstance(piece, LineString)]
    middle = max(pieces, key=lambda piece: piece.length).interpolate_normalized(0.5)
    middle.srid = STORAGE_SRID
    return middle
