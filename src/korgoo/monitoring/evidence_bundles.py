"""Bundles of evidence: asking for one, who makes it, and handing it out, each with its trace."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from korgoo.accounts.permissions import Permission, require_within
from korgoo.audit.services import Subject, log_action
from korgoo.engine.rows import Kind
from korgoo.monitoring.models import EvidenceBundle, FindingRecord
from korgoo.orders.models import Order
from korgoo.outbox.models import JournalInbox
from korgoo.people.models import Person

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from korgoo.accounts.models import User

KEPT: Final = timedelta(days=1)
"""How long a finished file lies ready: a disclosed one holds whereabouts in plain."""

LEASE: Final = timedelta(minutes=10)
"""The worker renews it while the maker runs: what a crash interrupted is taken up again after so long."""

MOST_ATTEMPTS: Final = 3
MOST_WAITING: Final = 5
LONGEST_REASON: Final = 500
INTERRUPTED: Final = "it was interrupted three times; ask the technician to look into the log of the worker"
_WHY: Final = "the worker makes bundles for every office"
_State = EvidenceBundle.State
_Profile = EvidenceBundle.Profile


class EvidenceRefusedError(ValueError):
    """A bundle cannot be asked for or handed out like this; the message says why."""


def list_evidence_findings(user: User, *, order: Order) -> QuerySet[FindingRecord]:
    """Return the findings of an order of which `user` may hand out evidence, the newest first.

    Only those of people whom he may know: who may not read protected persons learns nothing of hers.
    """
    people = Person.objects.visible_to(user).values("pk")
    findings = FindingRecord.objects.visible_to(user).filter(case_id=order.pk, person_id__in=people)
    return findings.order_by("-opened_at", "pk")


def list_bundles(user: User, *, order: Order) -> QuerySet[EvidenceBundle]:
    """Return the bundles asked for of the findings that `user` may choose from, the newest first."""
    findings = list_evidence_findings(user, order=order).order_by().values("pk")
    bundles = EvidenceBundle.objects.visible_to(user).filter(order=order, finding_id__in=findings)
    return bundles.select_related("finding").order_by("-pk")


def ask_bundle(
    order: Order,
    *,
    finding_id: str,
    profile: str,
    court: tuple[str, str] | None,
    reason: str,
    actor: User,
    now: datetime,
) -> EvidenceBundle:
    """Ask for a bundle; the worker makes it. `court` is the name and the fingerprint of a registered key.

    Raises:
        ForbiddenError: the actor may not hand out evidence about people of that office.
        EvidenceRefusedError: no such finding, no reason, no key, it is being made already, or the case is
            erased.
    """
    require_within(actor, Permission.HAND_OUT_EVIDENCE, office=order.person.office)
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise EvidenceRefusedError("write down why it is handed out, and to whom")
    if profile not in _Profile.values:
        raise EvidenceRefusedError("choose what the bundle shows")
    if (profile == _Profile.SEALED) != (court is not None):
        raise EvidenceRefusedError("a sealed bundle is for a court: choose its key")
    finding = list_evidence_findings(actor, order=order).filter(pk=finding_id).first()
    if finding is None:
        raise EvidenceRefusedError("choose a finding of this order")
    with transaction.atomic():
        # Locked: two clicks at once are one after the other, and so are an erasure and a request.
        Order.objects.unscoped(_WHY).select_for_update().get(pk=order.pk)
        if JournalInbox.objects.filter(kind=str(Kind.ERASURE), case_id=order.pk).exists():
            raise EvidenceRefusedError("what it rests on is destroyed: the case is erased, or is about to be")
        FindingRecord.objects.unscoped(_WHY).select_for_update().get(pk=finding.pk)
        _refuse_too_many(finding, profile=profile, court=court, actor=actor)
        bundle = EvidenceBundle.objects.create(
            order=order,
            finding=finding,
            profile=profile,
            court=court[0] if court else "",
            court_fingerprint=court[1] if court else "",
            reason=reason,
            asked_by=actor.audit_name,
            asked_at=now,
        )
        action = f"ask for evidence, {profile}"
        log_action(
            Subject("finding", finding.pk), actor=actor.audit_name, action=action, reason=reason, now=now
        )
    return bundle


def _refuse_too_many(
    finding: FindingRecord, *, profile: str, court: tuple[str, str] | None, actor: User
) -> None:
    waiting = EvidenceBundle.objects.unscoped(_WHY).filter(state__in=(_State.WAITING, _State.RUNNING))
    if waiting.filter(finding=finding, profile=profile, court=court[0] if court else "").exists():
        raise EvidenceRefusedError("this bundle is being made already")
    if waiting.filter(asked_by=actor.audit_name).count() >= MOST_WAITING:
        raise EvidenceRefusedError("five of your bundles are being made: wait until one is ready")


def claim_bundle(*, now: datetime) -> EvidenceBundle | None:
    """Take the oldest bundle that waits, or whose maker was lost, with a fresh lease; None without any.

    What was lost too often is given up here.
    """
    rows = EvidenceBundle.objects.unscoped(_WHY)
    due = rows.filter(Q(state=_State.WAITING) | Q(state=_State.RUNNING, lease_until__lte=now)).order_by("pk")
    for found in list(due[:10]):
        mine = rows.filter(pk=found.pk, state=found.state, lease_token=found.lease_token)
        if found.attempts >= MOST_ATTEMPTS:
            mine.update(state=_State.FAILED, lease_until=None, problem=INTERRUPTED)
            continue
        token = secrets.token_urlsafe(32)
        changed = mine.update(
            state=_State.RUNNING, lease_token=token, lease_until=now + LEASE, attempts=found.attempts + 1
        )
        if changed:
            return rows.select_related("order").get(pk=found.pk)
    return None


def release_bundle(bundle_id: int, *, token: str) -> bool:
    """Put back what its maker did not finish; False where it was finished or is another's by now."""
    held = _held(bundle_id, token)
    return bool(held.update(state=_State.WAITING, lease_token="", lease_until=None))


def renew_lease(bundle_id: int, *, token: str, now: datetime) -> None:
    """Say that the maker still runs."""
    _held(bundle_id, token).update(lease_until=now + LEASE)


def finish_bundle(
    bundle_id: int, *, token: str, sha256: str, size: int, stamped: bool, now: datetime
) -> bool:
    """Say that the file lies ready; False: the lease is lost or the case was erased, so the file must go."""
    return bool(
        _held(bundle_id, token).update(
            state=_State.READY,
            sha256=sha256,
            size=size,
            stamped=stamped,
            made_at=now,
            kept_until=now + KEPT,
            lease_until=None,
        )
    )


def fail_bundle(bundle_id: int, *, token: str, problem: str) -> bool:
    """Say why no bundle can be made."""
    return bool(_held(bundle_id, token).update(state=_State.FAILED, problem=problem[:500], lease_until=None))


def _held(bundle_id: int, token: str) -> QuerySet[EvidenceBundle]:
    rows = EvidenceBundle.objects.unscoped(_WHY)
    return rows.filter(pk=bundle_id, state=_State.RUNNING, lease_token=token)


def hand_out_bundle(bundle: EvidenceBundle, *, actor: User, now: datetime) -> None:
    """Write down that the file goes out to `actor`; call it before the first byte leaves.

    Raises:
        ForbiddenError: the actor may not hand out evidence about people of that office.
        EvidenceRefusedError: it is not ready, or no longer kept.
    """
    require_within(actor, Permission.HAND_OUT_EVIDENCE, office=bundle.order.person.office)
    with transaction.atomic():
        held = EvidenceBundle.objects.unscoped("the actor was let through to it").select_for_update()
        fresh = held.get(pk=bundle.pk)
        if fresh.state != _State.READY or fresh.kept_until is None or fresh.kept_until <= now:
            raise EvidenceRefusedError("this bundle is no longer kept: ask for it again")
        log_handing_out(
            fresh.finding_id,
            profile=fresh.profile,
            sha256=fresh.sha256,
            court=fresh.court_fingerprint,
            reason=fresh.reason,
            actor=actor.audit_name,
            now=now,
        )


def log_handing_out(
    finding_id: str, *, profile: str, sha256: str, court: str, reason: str, actor: str, now: datetime
) -> None:
    """Write the line of a bundle that leaves: who, which finding, which profile, its digest, and why."""
    sealed = f", sealed to key {court}" if court else ""
    log_action(
        Subject("finding", finding_id),
        actor=actor,
        action=f"hand out evidence, {profile}",
        reason=f"{reason}; SHA-256 {sha256}{sealed}",
        now=now,
    )


def expire_bundles(*, now: datetime) -> int:
    """Give up bundles that have lain ready for long enough; return how many."""
    rows = EvidenceBundle.objects.unscoped(_WHY)
    return rows.filter(state=_State.READY, kept_until__lte=now).update(state=_State.GONE)


def withdraw_bundles(order: Order) -> None:
    """Give up every bundle about the people of a case that is erased: nothing of it goes out any more.

    Those of their other orders too, which may rest on rows of this case: a device speaks under one of them.
    Whoever asks again gets what is left.
    """
    people = [person for person in (order.person_id, order.protected_person_id) if person is not None]
    rows = EvidenceBundle.objects.unscoped(_WHY).filter(
        Q(order__person__in=people) | Q(order__protected_person__in=people)
    )
    rows.filter(state__in=(_State.WAITING, _State.RUNNING, _State.READY)).update(state=_State.GONE)


def list_kept(bundle_ids: list[int]) -> set[int]:
    """Return those of these ids whose file may lie on the disk: ready, or being made."""
    rows = EvidenceBundle.objects.unscoped(_WHY).filter(pk__in=bundle_ids)
    return set(rows.filter(state__in=(_State.READY, _State.RUNNING)).values_list("pk", flat=True))
