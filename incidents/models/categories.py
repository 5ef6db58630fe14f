"""What can be reported: categories with their questions, danger, visibility and terms."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.querysets import CategoryQuerySet
from zones.models import Municipality
from zones.names import in_language, validate_names


class Category(models.Model):
    """One kind of fault, such as a street lamp that does not burn; groups have no parent."""

    class Reporter(models.TextChoices):
        """The least a reporter must say about himself."""

        ANONYMOUS = "anonymous", _("nothing")
        EMAIL = "email", _("a confirmed e-mail")
        ACCOUNT = "account", _("an account")

    class Visibility(models.TextChoices):
        """What everybody may see once it is released."""

        PUBLIC = "public", _("place, words and pictures")
        PLACE = "place", _("the place only")
        NEVER = "never", _("nothing")

    class Release(models.TextChoices):
        """Who lets it become public."""

        PERSON = "person", _("somebody looks first")
        RULE = "rule", _("at once, words covered by rule; pictures once somebody looked")
        PICTURES = "pictures", _("at once, pictures too")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="report_categories"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts"
    )
    code = models.SlugField(_("code"), max_length=40)
    names = models.JSONField(_("names"), validators=[validate_names])
    hints = models.JSONField(_("hint"), default=dict, blank=True, validators=[validate_names])
    # {language: [word, ...]}: what people type when they mean this.
    words = models.JSONField(_("words people search with"), default=dict, blank=True)
    icon = models.SlugField(_("picture"), max_length=40, default="place")
    is_hazard = models.BooleanField(_("danger: alarms the duty officer"), default=False)
    # {language: text}: whom to call, before anything is typed.
    danger_texts = models.JSONField(
        _("what to do at once"), default=dict, blank=True, validators=[validate_names]
    )
    # Some of point, line, area.
    shapes = models.JSONField(_("shapes"), default=list)
    reporter = models.CharField(
        _("a reporter must give"),
        max_length=10,
        choices=Reporter.choices,
        default=Reporter.ANONYMOUS,
    )
    visibility = models.CharField(
        _("everybody sees"), max_length=8, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    release = models.CharField(
        _("becomes public"), max_length=8, choices=Release.choices, default=Release.PERSON
    )
    # A regime of deadlines (incidents/regimes/*.toml); empty: operational targets only.
    regime = models.SlugField(_("legal regime"), max_length=40, blank=True)
    target_hours = models.PositiveIntegerField(_("target in working hours"), null=True, blank=True)
    # Categories of one family can mean the same fault, such as a lamp and a cable.
    family = models.SlugField(_("family"), max_length=40, blank=True)
    # [{"code", "datatype", "is_required", "names": {}, "values": [{"key", "names": {}}]}]
    questions = models.JSONField(_("extra questions"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar[CategoryQuerySet] = CategoryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("category of reports")
        verbose_name_plural = _("categories of reports")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "code"], name="incidents_category_code_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}/{self.code}"

    @property
    def name(self) -> str:
        """The category's name in the language of the reader."""
        return in_language(self.names)


class Scope(models.Model):
    """Narrows a role to some categories or groups; a role without a row is for all of them."""

    membership = models.ForeignKey(
        "departments.Membership", on_delete=models.CASCADE, related_name="report_scopes"
    )
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="scopes")

    class Meta:
        verbose_name = _("category of a role")
        verbose_name_plural = _("categories of a role")
        constraints = [
            models.UniqueConstraint(fields=["membership", "category"], name="incidents_scope_once"),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.category_id}"
