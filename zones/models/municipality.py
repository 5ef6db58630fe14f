"""The town itself and the data sets it was given; every other row hangs on one of them."""

from typing import ClassVar
from zoneinfo import available_timezones

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from geo.constraints import geometry_checks
from geo.crs import STORAGE_SRID
from outbox.held import PRACTICE_ENDING
from zones.names import in_language, validate_names
from zones.querysets import DatasetQuerySet, MunicipalityQuerySet

RESERVED_SLUGS = frozenset(
    {"s", "api", "static", "media", "accounts", "healthz", "metrics", "demo", "i18n", "setup"}
)
MODULES = ("ratings", "reports", "consultations", "notices")
# What a town can switch on today: a door that leads nowhere is not offered.
BUILT_MODULES = ("ratings", "reports", "consultations", "notices")
LANGUAGES = ("en", "ro", "bg")


def validate_slug(value: str) -> None:
    """Refuse a first URL segment that the program itself answers on."""
    if value.lower() in RESERVED_SLUGS or value.lower().endswith(PRACTICE_ENDING):
        raise ValidationError(
            _("“%(value)s” is an address of the program. Choose another short name."),
            code="reserved_slug",
            params={"value": value},
        )


def validate_timezone(value: str) -> None:
    """Accept only names of the IANA time zone database."""
    if value not in available_timezones():
        raise ValidationError(
            _("“%(value)s” is not a time zone. Write one such as Europe/Bucharest."),
            code="unknown_timezone",
            params={"value": value},
        )


def validate_languages(value: object) -> None:
    """Accept a non-empty list of languages the pages are translated into."""
    known = isinstance(value, list) and value and all(code in LANGUAGES for code in value)
    if not known or len(set(value)) != len(value):  # type: ignore[arg-type, call-overload]
        raise ValidationError(
            _("Name one or more of these languages, each once: %(known)s."),
            code="unknown_language",
            params={"known": ", ".join(LANGUAGES)},
        )


def validate_modules(value: object) -> None:
    """Accept only modules that exist."""
    if not isinstance(value, list) or any(module not in MODULES for module in value):
        raise ValidationError(
            _("Choose modules out of: %(known)s."),
            code="unknown_module",
            params={"known": ", ".join(MODULES)},
        )


class Municipality(models.Model):
    """One town: its languages, clock, metric grid, outline, look, and what is switched on."""

    rating_role_may = ("SELECT",)
    reach_role_may = ("SELECT",)
    app_role_may_execute = ("zones_remove_practice",)

    slug = models.SlugField(_("short name"), unique=True, validators=[validate_slug])
    names = models.JSONField(_("names"), validators=[validate_names])
    country = models.CharField(
        _("country"), max_length=2, validators=[RegexValidator(r"^[A-Z]{2}$")]
    )
    timezone = models.CharField(_("time zone"), max_length=64, validators=[validate_timezone])
    languages = models.JSONField(_("languages"), validators=[validate_languages])
    metric_srid = models.PositiveIntegerField(_("metric grid (EPSG code)"))
    outline = models.MultiPolygonField(_("outline"), srid=STORAGE_SRID, null=True, blank=True)
    modules = models.JSONField(
        _("modules"), default=list, blank=True, validators=[validate_modules]
    )
    accent = models.CharField(
        _("colour"),
        max_length=7,
        default="#1f4e79",
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", _("Write the colour as # and six digits."))],
    )
    arms = models.BinaryField(_("coat of arms"), null=True, blank=True)
    mail_sender = models.EmailField(_("sender of letters by e-mail"), blank=True)
    sign_origin = models.URLField(_("address printed on signs"), blank=True)
    least_age = models.PositiveSmallIntegerField(_("least age to register"), default=16)
    app_needs_registration = models.BooleanField(
        _("personal functions need a finished registration"), default=True
    )
    # A notice that reaches more homes than this takes a second person.
    second_person_above = models.PositiveIntegerField(
        _("homes above which two decide"), default=500
    )
    notice_delay_minutes = models.PositiveSmallIntegerField(
        _("minutes in which a notice can be stopped"), default=10
    )
    privacy_contact = models.EmailField(_("data protection officer"), blank=True)
    # Where and when somebody at a desk registers people who have no e-mail.
    desk_texts = models.JSONField(
        _("desk for residents: address and hours"),
        default=dict,
        blank=True,
        validators=[validate_names],
    )
    # Steps of the first set-up that were left out on purpose.
    setup_skipped = models.JSONField(_("steps left out"), default=list, blank=True)
    # The real town of which this is a copy to practise on; its short name ends accordingly.
    practice_of = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="practice_copy",
        verbose_name=_("practice copy of"),
    )
    register_version = models.PositiveBigIntegerField(default=1, editable=False)

    objects: ClassVar[MunicipalityQuerySet] = MunicipalityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        constraints = [
            *geometry_checks("outline", "zones_municipality_outline"),
            # What keeps messages in and strangers out goes by the name.
            models.CheckConstraint(
                condition=Q(practice_of=None) | Q(slug__endswith=PRACTICE_ENDING),
                name="zones_municipality_practice_is_named",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def name(self) -> str:
        """The town's name in the language of the reader."""
        return in_language(self.names, self.languages)

    @property
    def is_practice(self) -> bool:
        """Whether it is a copy to practise on."""
        return self.practice_of_id is not None

    @property
    def real_slug(self) -> str:
        """Short name of the real town; its own where it is no copy. No query."""
        return self.slug.removesuffix(PRACTICE_ENDING) if self.is_practice else self.slug


class Dataset(models.Model):
    """Where rows came from: source, licence and date are kept for every imported row."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="datasets"
    )
    source = models.CharField(_("source"), max_length=300)
    licence = models.CharField(_("licence"), max_length=120)
    attribution = models.CharField(_("attribution"), max_length=300, blank=True)
    url = models.URLField(_("web address"), blank=True)
    dated_on = models.DateField(_("date of the data"), null=True, blank=True)
    is_synthetic = models.BooleanField(_("invented for demonstration"), default=False)

    objects: ClassVar[DatasetQuerySet] = DatasetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("data set")
        verbose_name_plural = _("data sets")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "source", "licence", "dated_on"],
                nulls_distinct=False,
                name="zones_dataset_once",
            ),
        ]

    def __str__(self) -> str:
        return self.source
