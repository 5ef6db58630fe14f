"""Orders print runs and makes them: draws, proves, keeps the file, moves the signs."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from departments.models import Membership
from sign_registry.codes import UnfitOriginError, sign_url
from sign_registry.host_check import WrongHostError, check_host
from sign_registry.models import BatchSign, PrintBatch, Sign, SitePeriod
from sign_registry.printing import (
    TEMPLATE_VERSION,
    Format,
    MarginNote,
    PdfDocument,
    ProofFailed,
    ProofResult,
    Purpose,
    SignFace,
    prove,
    render,
)
from sign_registry.services.codes import issue_missing_codes
from sign_registry.services.print_order import in_walking_order
from sign_registry.services.signs import mark_printed
from sign_registry.workflow import State
from zones.days import civil_day
from zones.models import Municipality

# As many as a worker draws and proves well within the five minutes a task may take.
MOST_SIGNS = 2000
# A worker that died gives its run back after this time.
LEASE = dt.timedelta(minutes=6)
# A run that killed each worker that tried it is not tried for ever.
PATIENCE = dt.timedelta(hours=1)
# A sign that hangs may be printed again with the same code, as long as the code is living.
PRINTABLE = (State.APPROVED, State.PRINTED, State.INSTALLED, State.DAMAGED, State.LOST_IN_STORE)
_TELL_EVERY = 10

Told = Callable[[str, int, int], None]
HostCheck = Callable[[str], None]


@dataclass(frozen=True)
class PrintOrder:
    """How a run is to be made."""

    size: Format
    is_demo: bool = False


class RefusedRun(Exception):  # noqa: N818 - the run was refused, the program did its work
    """Nothing was printed; the batch says why."""


def ask_host(origin: str) -> None:
    """The check of the host that real runs use."""
    check_host(origin=origin, secret=settings.SECRET_KEY)


@transaction.atomic
def order_batch(
    *,
    municipality: Municipality,
    signs: Iterable[Sign],
    order: PrintOrder,
    actor: Membership | None,
    now: dt.datetime,
) -> PrintBatch:
    """Write a run down, signs in walking order, each with its one living code.

    Raises:
        ValidationError: `nothing`, `too_many`, `no_origin`, `bad_origin` or `not_printable`.
    """
    chosen = _loaded(municipality, signs)
    _check_order(municipality, chosen)
    codes = issue_missing_codes(signs=chosen, now=now)
    with override(municipality.languages[0]):
        turns = in_walking_order(municipality, chosen)
    batch = PrintBatch.objects.create(
        municipality=municipality,
        format=order.size.value,
        ordered_by=actor,
        ordered_at=now,
        next_attempt_at=now,
        total=len(turns),
        is_demo=order.is_demo or settings.MEGDAN_DEMO,
        origin=municipality.sign_origin,
        template_version=TEMPLATE_VERSION,
    )
    BatchSign.objects.bulk_create(
        BatchSign(
            batch=batch,
            sign=turn.sign,
            code=codes[turn.sign.pk],
            page=1,
            position=position,
            round_label=f"{turn.round[:48]} · {turn.number}",
        )
        for position, turn in enumerate(turns, 1)
    )
    return batch


def _loaded(municipality: Municipality, signs: Iterable[Sign]) -> list[Sign]:
    return list(
        Sign.objects.in_municipality(municipality)
        .filter(pk__in={sign.pk for sign in signs})
        .select_related("site__parent")
        .prefetch_related("site__site_zones__kind", "site__site_zones__zone")
        .order_by("number")
    )


def _check_order(municipality: Municipality, signs: Sequence[Sign]) -> None:
    if not signs:
        raise ValidationError(_("No sign fits this choice. Choose others."), code="nothing")
    if len(signs) > MOST_SIGNS:
        raise ValidationError(
            _("These are %(count)d signs. Print at most %(most)d in one run."),
            code="too_many",
            params={"count": len(signs), "most": MOST_SIGNS},
        )
    if not municipality.sign_origin:
        raise ValidationError(
            _("Set the address printed on signs in the town settings first."), code="no_origin"
        )
    try:
        sign_url(municipality.sign_origin, "0" * 9)
    except UnfitOriginError as error:
        raise ValidationError(
            _("The address printed on signs must be short and only a host, such as "
              "https://megdan.example."),
            code="bad_origin",
        ) from error  # fmt: skip
    unfit = [sign.number for sign in signs if sign.state not in PRINTABLE]
    if unfit:
        raise ValidationError(
            _("Sign %(number)d is not approved for printing."),
            code="not_printable",
            params={"number": unfit[0]},
        )


# --- Making ---------------------------------------------------------------------------------------


def claim_batch(*, now: dt.datetime) -> PrintBatch | None:
    """The next run that waits; its claim runs out if the worker dies."""
    with transaction.atomic():
        batch = (
            PrintBatch.objects.due(now)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("municipality")
            .first()
        )
        if batch and batch.state == batch.State.RUNNING and now - batch.ordered_at > PATIENCE:
            with override(batch.municipality.languages[0]):
                _refuse(batch, _("No worker could make this run. Order it again, in parts."), now)
            return None
        if batch:
            start_batch(batch=batch, now=now)
    return batch


def start_batch(*, batch: PrintBatch, now: dt.datetime) -> None:
    """Claim one run; nobody else makes it until the claim runs out."""
    batch.state, batch.next_attempt_at, batch.done = batch.State.RUNNING, now + LEASE, 0
    batch.save(update_fields=["state", "next_attempt_at", "done"])


def make_batch(
    *,
    batch: PrintBatch,
    now: dt.datetime,
    host_check: HostCheck = ask_host,
    tell: Told | None = None,
) -> PrintBatch:
    """Draw and prove a claimed run; then it is done with its file, or refused with the reason."""
    with override(batch.municipality.languages[0]):
        try:
            document, proof = _drawn_and_proved(batch, now, host_check, tell)
            _finish(batch, document, proof, now)
        except RefusedRun as refused:
            _refuse(batch, str(refused), now)
    return batch


def _refuse(batch: PrintBatch, why: str, now: dt.datetime) -> None:
    batch.state, batch.problem = batch.State.REFUSED, why[:400]
    batch.finished_at, batch.next_attempt_at = now, None
    batch.save(update_fields=["state", "problem", "finished_at", "next_attempt_at"])


def _drawn_and_proved(
    batch: PrintBatch, now: dt.datetime, host_check: HostCheck, tell: Told | None
) -> tuple[PdfDocument, ProofResult]:
    if not batch.is_demo:
        _check_origin(batch, host_check)
    faces = _faces(batch, now)
    document = render(
        faces,
        Format(batch.format),
        title=f"{batch.municipality.slug} {batch.pk}",
        progress=lambda done, total: tell("draw", done, total) if tell else None,
    )

    def proved(done: int, total: int) -> None:
        if tell:
            tell("read", done, total)
        if done % _TELL_EVERY == 0:
            PrintBatch.objects.filter(pk=batch.pk).update(done=done, total=total)

    try:
        return document, prove(document, progress=proved)
    except ProofFailed as failed:
        first = failed.faults[0]
        raise RefusedRun(
            _("%(count)d codes failed the proof, the first on page %(page)d (%(code)s, %(why)s). "
              "Nothing may be printed from this run. Order it again.")
            % {"count": len(failed.faults), "page": first.page + 1, "code": first.code,
               "why": first.why}
        ) from failed  # fmt: skip


def _check_origin(batch: PrintBatch, host_check: HostCheck) -> None:
    try:
        host_check(batch.origin)
    except WrongHostError as error:
        raise RefusedRun(
            _("%(origin)s does not answer over https as this installation, so signs with this "
              "address would lead nowhere. (%(why)s)")
            % {"origin": error.origin, "why": error.why}
        ) from error  # fmt: skip


def _faces(batch: PrintBatch, now: dt.datetime) -> list[SignFace]:
    town = batch.municipality
    rows = list(batch.batch_signs.select_related("sign__site__parent", "code").order_by("position"))
    ended = next((row for row in rows if row.code.ended_at), None)
    if ended:
        raise RefusedRun(
            _("The code of sign %(number)d has ended since the order. Order the run again.")
            % {"number": ended.sign.number}
        )
    questions = _questions(rows, civil_day(now, town.timezone))
    return [_face(batch, row, questions.get(row.sign.site_id or 0, {})) for row in rows]


def _face(batch: PrintBatch, row: BatchSign, question: dict[str, str]) -> SignFace:
    town, sign = batch.municipality, row.sign
    label, _dot, number = row.round_label.rpartition(" · ")
    return SignFace(
        code=row.code.token,
        url=sign_url(batch.origin, row.code.token),
        purpose=Purpose(sign.purpose),
        town=town.names,
        languages=tuple(town.languages),
        margin=MarginNote(label, int(number), _("Sign %(number)d") % {"number": sign.number}),
        place=sign.site.names if sign.site else {},
        question=question if sign.purpose == Sign.Purpose.RATING else {},
        is_demo=batch.is_demo,
    )


def _questions(rows: Sequence[BatchSign], today: dt.date) -> dict[int, dict[str, str]]:
    """The category's own question of each site."""
    periods = SitePeriod.objects.in_force(today).filter(
        site__in={row.sign.site_id for row in rows if row.sign.site_id}
    )
    return {one.site_id: one.category.questions for one in periods.select_related("category")}


@transaction.atomic
def _finish(batch: PrintBatch, document: PdfDocument, proof: ProofResult, now: dt.datetime) -> None:
    """Keep file and proof, and move the signs, all or nothing."""
    rows = list(batch.batch_signs.order_by("position"))
    for row, placed, read in zip(rows, document.placed, proof.codes, strict=True):
        row.page, row.reserve = placed.page + 1, read.reserve
    BatchSign.objects.bulk_update(rows, ["page", "reserve"], batch_size=500)
    signs = Sign.objects.filter(batch_signs__batch=batch).select_for_update(of=("self",))
    mark_printed(signs=list(signs.order_by("pk")), now=now, actor=batch.ordered_by)
    name = f"{batch.municipality.slug}-{batch.pk}-{proof.sha256[:16]}.pdf"
    batch.file.save(name, ContentFile(document.content), save=False)
    batch.state, batch.sha256, batch.decoder_version = (
        batch.State.DONE,
        proof.sha256,
        proof.decoder,
    )
    batch.least_reserve, batch.finished_at = proof.least_reserve, now
    batch.next_attempt_at, batch.problem = None, ""
    batch.done = batch.total = document.pages
    batch.save()
