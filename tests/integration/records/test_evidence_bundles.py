"""Asking for bundles of evidence: who may, what is refused, who makes them, what each handing out leaves."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from korgoo.accounts.permissions import ForbiddenError, Role
from korgoo.audit.models import AuditEntry
from korgoo.conf.environment import read_environment
from korgoo.monitoring import evidence_bundles as bundles
from korgoo.monitoring.evidence_bundles import EvidenceRefusedError, ask_bundle, claim_bundle, hand_out_bundle
from korgoo.monitoring.models import EvidenceBundle, FindingRecord
from korgoo.people.models import Person
from korgoo.runtime.bundle_making import BundleMaking
from korgoo.runtime.court_keys import list_broken_keys, list_court_keys
from tests.factories import NOW, make_office, make_person, make_signed_order, make_user
from tests.integration.evidence.conftest import write_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from korgoo.accounts.models import Office, User
    from korgoo.conf.environment import Environment
    from korgoo.orders.models import Order

pytestmark = pytest.mark.django_db(databases="__all__")

LATER = NOW + timedelta(days=2)
COURT = ("Октябрьский суд", "ab" * 16)


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return replace(read_environment(), data=tmp_path)


@pytest.fixture
def order(person: Person) -> Order:
    return make_signed_order(person)


@pytest.fixture
def absent(order: Order) -> FindingRecord:
    return note(order, order.person, "curfew.absent", 1)


@pytest.fixture
def judge(office: Office) -> User:
    return make_user(Role.JUDGE, office=office)


def note(order: Order, person: Person, kind: str, seq: int) -> FindingRecord:
    """A finding of an order, as it stands recorded."""
    return FindingRecord.objects.create(
        id=f"person:{person.pk}/home/{kind}/{seq}",
        kind=kind,
        person=person,
        condition=f"o{order.pk}.home",
        case_id=order.pk,
        state=FindingRecord.State.OPEN,
        opened_at=NOW,
        since=NOW,
        live=True,
        confidence=990,
        last_number=0,
        last_seq=seq,
    )


def ask(finding: FindingRecord, order: Order, actor: User, **changes: Any) -> EvidenceBundle:
    values: dict[str, Any] = {"finding_id": finding.pk, "profile": "disclosed", "court": None}
    values |= {"reason": "дело 12/26, судья Асанова"} | changes
    return ask_bundle(order, **values, actor=actor, now=LATER)


def fresh(bundle: EvidenceBundle) -> EvidenceBundle:
    rows = EvidenceBundle.objects.unscoped("a test looks")
    return rows.select_related("order__person__office").get(pk=bundle.pk)


def test_each_handing_out_is_a_line_with_who_what_profile_digest_and_key(
    absent: FindingRecord, order: Order, judge: User
) -> None:
    ask(absent, order, judge, profile="sealed", court=COURT)
    claimed = claim_bundle(now=LATER)
    assert claimed is not None
    with pytest.raises(EvidenceRefusedError, match="no longer kept"):
        hand_out_bundle(claimed, actor=judge, now=LATER)
    assert bundles.finish_bundle(
        claimed.pk, token=claimed.lease_token, sha256="5a" * 32, size=7, stamped=True, now=LATER
    )
    before = AuditEntry.objects.count()
    for _ in range(2):
        hand_out_bundle(fresh(claimed), actor=judge, now=LATER)
    lines = list(AuditEntry.objects.order_by("number"))[before:]
    assert len(lines) == 2
    assert {(line.actor, line.action, line.subject_id) for line in lines} == {
        (judge.audit_name, "hand out evidence, sealed", absent.pk)
    }
    said = f"дело 12/26, судья Асанова; SHA-256 {'5a' * 32}, sealed to key {'ab' * 16}"
    assert {line.reason for line in lines} == {said}
    asked = AuditEntry.objects.get(action="ask for evidence, sealed")
    assert (asked.actor, asked.reason) == (judge.audit_name, "дело 12/26, судья Асанова")
    stranger = make_user(Role.JUDGE, office=make_office("Ленин"))
    with pytest.raises(ForbiddenError):
        hand_out_bundle(fresh(claimed), actor=stranger, now=LATER)
    with pytest.raises(EvidenceRefusedError, match="no longer kept"):
        hand_out_bundle(fresh(claimed), actor=judge, now=LATER + bundles.KEPT)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"finding_id": "person:77/home/sos/1"}, "choose a finding"),
        ({"reason": " "}, "why it is handed out"),
        ({"reason": "x" * 501}, "why it is handed out"),
        ({"reason": "a\x1b[2Jb"}, "why it is handed out"),
        ({"profile": "sealed"}, "choose its key"),
        ({"profile": "plain"}, "what the bundle shows"),
        ({"court": COURT}, "choose its key"),
    ],
)
def test_what_is_missing_or_foreign_asks_for_nothing(
    absent: FindingRecord, order: Order, judge: User, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(EvidenceRefusedError, match=said):
        ask(absent, order, judge, **changes)
    assert claim_bundle(now=LATER) is None
    assert not AuditEntry.objects.filter(action__startswith="ask for evidence").exists()


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.JUDGE, Role.PROSECUTOR, Role.SHIFT_HEAD}]
)
def test_other_roles_hand_out_nothing(
    absent: FindingRecord, order: Order, office: Office, role: Role
) -> None:
    with pytest.raises(ForbiddenError):
        ask(absent, order, make_user(role, office=office))


def test_another_towns_judge_hands_out_nothing(absent: FindingRecord, order: Order) -> None:
    with pytest.raises(ForbiddenError):
        ask(absent, order, make_user(Role.JUDGE, office=make_office("Ленин")))


def test_who_may_not_read_protected_persons_chooses_from_none_of_their_findings(
    absent: FindingRecord, order: Order, office: Office, judge: User
) -> None:
    her = make_person(office, kind=Person.Kind.PROTECTED)
    sos = note(order, her, "sos", 2)
    note(make_signed_order(make_person(office)), order.person, "sos", 3)  # of another case
    prosecutor = make_user(Role.PROSECUTOR, office=office)
    assert {*bundles.list_evidence_findings(judge, order=order)} == {absent, sos}
    assert {*bundles.list_evidence_findings(prosecutor, order=order)} == {absent}
    ask(sos, order, judge)
    assert not bundles.list_bundles(prosecutor, order=order).exists()
    with pytest.raises(EvidenceRefusedError, match="choose a finding"):
        ask(sos, order, prosecutor)


def test_the_same_bundle_is_not_made_twice_at_once_and_five_are_enough(
    absent: FindingRecord, order: Order, judge: User, office: Office
) -> None:
    ask(absent, order, judge)
    with pytest.raises(EvidenceRefusedError, match="already"):
        ask(absent, order, judge)
    ask(absent, order, judge, profile="sealed", court=COURT)
    others = [note(order, order.person, "curfew.absent", seq) for seq in range(2, 6)]
    for finding in others[:3]:
        ask(finding, order, judge)
    with pytest.raises(EvidenceRefusedError, match="five"):
        ask(others[3], order, judge)
    ask(others[3], order, make_user(Role.PROSECUTOR, office=office))


def test_what_was_handed_to_a_maker_that_is_gone_is_taken_up_again_and_given_up_after_three(
    absent: FindingRecord, order: Order, judge: User
) -> None:
    asked = ask(absent, order, judge)
    at = LATER
    tokens = set()
    for _ in range(3):
        claimed = claim_bundle(now=at)
        assert claimed is not None
        tokens.add(claimed.lease_token)
        assert claim_bundle(now=at) is None
        bundles.renew_lease(claimed.pk, token=claimed.lease_token, now=at + timedelta(minutes=5))
        assert claim_bundle(now=at + bundles.LEASE) is None
        at += timedelta(minutes=5) + bundles.LEASE
    assert len(tokens) == 3
    assert claim_bundle(now=at) is None
    assert (fresh(asked).state, "interrupted" in fresh(asked).problem) == ("failed", True)


def until(chore: BundleMaking, is_so: Callable[[], bool]) -> None:
    """Let the worker turn until something is so."""
    for _ in range(1000):
        if is_so():
            return
        chore(LATER)
        time.sleep(0.01)
    pytest.fail("the worker has never come so far")


def test_the_worker_starts_one_process_a_bundle_and_puts_back_what_died(
    environment: Environment, absent: FindingRecord, order: Order, judge: User, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    told = "sys.argv[1] + ' ' + sys.stdin.read() + '\\n'"
    code = f"import sys; open({str(seen)!r}, 'a').write({told}); sys.exit(3)"
    chore = BundleMaking(environment, (sys.executable, "-c", code))
    asked = ask(absent, order, judge)
    until(chore, lambda: fresh(asked).state == "failed")
    lines = [line.split() for line in seen.read_text().splitlines()]
    assert [line[0] for line in lines] == [str(asked.pk)] * 3
    assert len({line[1] for line in lines}) == 3


def test_a_worker_that_ends_ends_its_maker_and_leaves_the_bundle_for_the_next(
    environment: Environment, absent: FindingRecord, order: Order, judge: User
) -> None:
    chore = BundleMaking(environment, (sys.executable, "-c", "import time; time.sleep(600)"))
    asked = ask(absent, order, judge)
    chore(LATER)
    chore(LATER)
    assert fresh(asked).state == "running"
    chore.close()
    chore.close()
    assert fresh(asked).state == "waiting"


def test_a_file_that_is_no_key_cannot_be_chosen_and_the_doctor_names_it(environment: Environment) -> None:
    assert list_court_keys(environment) == []  # the folder is not there yet
    BundleMaking(environment)(LATER)
    folder = environment.data / "court_keys"
    folder.mkdir()
    write_keys(folder)
    (folder / "broken.pub").write_text("ssh-ed25519 AAAA")
    assert [key.name for key in list_court_keys(environment)] == ["court"]
    named = [problem.partition(":")[0].rpartition("/")[2] for problem in list_broken_keys(environment)]
    assert named == ["broken.pub", "court.pem", "signing.pem"]
