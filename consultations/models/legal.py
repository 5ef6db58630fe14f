"""The legal notice of a consultation: which law, when, and the proof that it was given."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.processes import Process


class LegalNotice(models.Model):
    """What the law asks before the town may decide; the days are those of `regimes/*.toml`."""

    process = models.OneToOneField(Process, on_delete=models.CASCADE, related_name="notice")
    regime = models.SlugField(_("law"), max_length=40)
    # The civil day on which the notice is given on the last of the channels that the law names.
    announced_on = models.DateField(_("announced"), null=True, blank=True)
    # The last day for written proposals; nothing is as long as the law asks and no longer.
    proposals_until = models.DateField(_("last day for proposals"), null=True, blank=True)
    # Where the law counts up to it: the day on which the draft goes to those who endorse it.
    goes_on = models.DateField(_("goes for endorsement"), null=True, blank=True)
    # The day on which the body that decides meets.
    decides_on = models.DateField(_("day of the decision"), null=True, blank=True)
    # A shorter term that the law allows, with the reason it asks for.
    is_shortened = models.BooleanField(_("shortened term"), default=False)
    shortened_why = models.JSONField(_("why the term is shortened"), default=dict, blank=True)
    responsible = models.CharField(_("responsible person"), max_length=200, blank=True)
    send_to = models.CharField(_("where proposals are sent"), max_length=400, blank=True)
    # A debate must be held where an association or another authority asked for it.
    debate_asked_on = models.DateField(_("a debate was asked for"), null=True, blank=True)
    debate_asked_by = models.CharField(_("who asked for a debate"), max_length=200, blank=True)
    debate_on = models.DateField(_("day of the debate"), null=True, blank=True)
    # A head may go against what the clock says; the reason is published.
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    overridden_at = models.DateTimeField(null=True, blank=True)
    overridden_why = models.JSONField(_("why the town goes against it"), default=dict, blank=True)
    # The days as reckoned and the digest of the calendars, so that later edits change nothing.
    reckoned = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("legal notice")
        verbose_name_plural = _("legal notices")

    def __str__(self) -> str:
        return f"{self.process_id}/{self.regime}"


class PublicationProof(models.Model):
    """That the notice stood on a channel: where, since when, and the digest of what stood there."""

    append_only = True

    notice = models.ForeignKey(LegalNotice, on_delete=models.PROTECT, related_name="proofs")
    channel = models.SlugField(_("channel"), max_length=40)
    published_on = models.DateField(_("published"))
    where = models.CharField(_("where"), max_length=400)
    # What stood there, so that anybody can take its digest again.
    text = models.TextField(_("text"), default="")
    sha256 = models.CharField(max_length=64)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("proof of publication")
        verbose_name_plural = _("proofs of publication")

    def __str__(self) -> str:
        return f"{self.notice_id}/{self.channel}"
