"""Bundles that a page asks for: made by the worker as the command makes them, kept for a day, never lost."""

from __future__ import annotations

import hashlib
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from korgoo.accounts.permissions import Role
from korgoo.cli import main
from korgoo.conf.environment import read_environment
from korgoo.monitoring import evidence_bundles as bundles
from korgoo.monitoring.erasing import erase_case
from korgoo.monitoring.evidence_bundles import EvidenceRefusedError, ask_bundle, claim_bundle, hand_out_bundle
from korgoo.monitoring.models import EvidenceBundle, FindingRecord
from korgoo.orders.ending import end_order
from korgoo.orders.models import Order
from korgoo.runtime.bundle_making import BundleMaking, locate_bundle, make_asked_bundle
from korgoo.runtime.court_keys import list_court_keys
from tests.factories import NOW, make_signed_order, make_user
from tests.integration.evidence.conftest import find, write_keys

if TYPE_CHECKING:
    from korgoo.accounts.models import User
    from korgoo.conf.environment import Environment
    from tests.integration.runtime.installation import Installation

pytestmark = pytest.mark.django_db(databases="__all__")

LATER = NOW + timedelta(days=2)


@pytest.fixture
def environment(installed: Installation) -> Environment:
    """The installation with the key of one court."""
    (installed.data / "court_keys").mkdir()
    shutil.copy(installed.data / "court.pub", installed.data / "court_keys" / "Октябрьский суд.pub")
    return read_environment()


@pytest.fixture
def order(installed: Installation) -> Order:
    del installed
    finding = FindingRecord.objects.unscoped("a test looks").get(pk=find("curfew.absent"))
    assert finding.case_id is not None
    return Order.objects.unscoped("a test looks").select_related("person__office").get(pk=finding.case_id)


@pytest.fixture
def judge(order: Order) -> User:
    return make_user(Role.JUDGE, office=order.person.office)


def ask(order: Order, actor: User, environment: Environment | None = None, **changes: Any) -> EvidenceBundle:
    """Ask for a disclosed bundle, or with an environment for one that is sealed to its court."""
    court = None
    if environment is not None:
        (key,) = list_court_keys(environment)
        court = (key.name, key.fingerprint)
    values: dict[str, Any] = {
        "finding_id": find("curfew.absent"),
        "profile": "disclosed" if court is None else "sealed",
        "court": court,
        "reason": "дело 12/26, судья Асанова",
    }
    return ask_bundle(order, **(values | changes), actor=actor, now=LATER)


def make(environment: Environment) -> EvidenceBundle:
    """Do what the worker's process does with the oldest that waits."""
    claimed = claim_bundle(now=LATER)
    assert claimed is not None
    make_asked_bundle(claimed.pk, token=claimed.lease_token, environment=environment, now=LATER)
    return fresh(claimed)


def fresh(bundle: EvidenceBundle) -> EvidenceBundle:
    return (
        EvidenceBundle.objects.unscoped("a test looks")
        .select_related("order__person__office")
        .get(pk=bundle.pk)
    )


def test_from_asking_to_verify_both_profiles(
    environment: Environment, order: Order, judge: User, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(order, judge, environment)
    ask(order, judge)
    made = [make(environment), make(environment)]
    assert [(bundle.state, bundle.profile) for bundle in made] == [
        ("ready", "sealed"),
        ("ready", "disclosed"),
    ]
    paths = [locate_bundle(environment, bundle.pk) for bundle in made]
    for bundle, path in zip(made, paths, strict=True):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == bundle.sha256
        assert (path.stat().st_mode & 0o777, path.stat().st_size) == (0o600, bundle.size)
    key = str(environment.data / "court.pem")
    assert main(["verify", *map(str, paths), "--key", key]) == 0
    assert "both profiles commit to the same finding" in capsys.readouterr().out


def test_what_cannot_be_made_says_why_and_leaves_no_file(
    environment: Environment, order: Order, judge: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(order, judge)
    monkeypatch.setattr("korgoo.engine.telling.confidence", lambda _belief: 500)
    made = make(environment)
    assert (made.state, "otherwise than it was recorded" in made.problem) == ("failed", True)
    with pytest.raises(EvidenceRefusedError, match="no longer kept"):
        hand_out_bundle(made, actor=judge, now=LATER)
    assert not locate_bundle(environment, made.pk).exists()


def test_a_court_key_that_was_exchanged_in_between_seals_nothing(
    environment: Environment, order: Order, judge: User
) -> None:
    ask(order, judge, environment)

    other = environment.data / "other"
    other.mkdir()
    write_keys(other)
    shutil.copy(other / "court.pub", environment.data / "court_keys" / "Октябрьский суд.pub")
    made = make(environment)
    assert made.state == "failed"
    assert "taken away or changed" in made.problem


def test_who_has_lost_the_lease_records_nothing_and_removes_its_file(
    environment: Environment, order: Order, judge: User
) -> None:
    ask(order, judge)
    lost = claim_bundle(now=LATER)
    assert lost is not None
    again = claim_bundle(now=LATER + bundles.LEASE)
    assert again is not None
    make_asked_bundle(lost.pk, token=lost.lease_token, environment=environment, now=LATER)
    assert (fresh(lost).state, fresh(lost).sha256) == ("running", "")
    assert not locate_bundle(environment, lost.pk).exists()


def test_a_maker_past_its_lease_leaves_alone_what_another_has_published(
    environment: Environment, order: Order, judge: User
) -> None:
    ask(order, judge)
    orphan = claim_bundle(now=LATER)
    again = claim_bundle(now=LATER + bundles.LEASE)
    assert orphan is not None
    assert again is not None
    make_asked_bundle(again.pk, token=again.lease_token, environment=environment, now=LATER)
    made, path = fresh(again), locate_bundle(environment, again.pk)
    later = LATER + timedelta(minutes=3)  # its bundle would have other bytes
    make_asked_bundle(orphan.pk, token=orphan.lease_token, environment=environment, now=later)
    assert (fresh(again).state, fresh(again).sha256) == ("ready", made.sha256)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == made.sha256
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_cannot_be_moved_into_place_is_not_said_to_be_ready(
    environment: Environment, order: Order, judge: User
) -> None:
    asked = ask(order, judge)
    path = locate_bundle(environment, asked.pk)
    path.mkdir(parents=True)
    made = make(environment)
    assert (made.state, made.sha256) == ("failed", "")
    assert "cannot be written" in made.problem
    assert list(path.parent.iterdir()) == [path]


def test_a_bundle_is_kept_for_a_day_and_an_erased_case_has_none(
    environment: Environment, order: Order, judge: User
) -> None:
    ask(order, judge)
    made = make(environment)
    sweep = BundleMaking(environment)
    sweep(LATER + bundles.KEPT - timedelta(seconds=1))
    assert locate_bundle(environment, made.pk).exists()
    elsewhere = ask(order, judge)  # of another order about the same man, which rests on rows of this case too
    other = make_signed_order(order.person)
    EvidenceBundle.objects.unscoped("a test moves it").filter(pk=elsewhere.pk).update(order=other)
    end_order(
        order, reason="срок", actor=make_user(Role.PROBATION_OFFICER, office=order.person.office), now=LATER
    )
    erase_case(
        order.pk,
        order_number=order.number,
        certificate="АУ-7/26",
        reason="срок",
        actor=make_user(Role.ADMINISTRATOR, office=None),
        now=LATER,
    )
    with pytest.raises(EvidenceRefusedError, match="no longer kept"):
        hand_out_bundle(made, actor=judge, now=LATER)
    assert fresh(elsewhere).state == "gone"
    with pytest.raises(EvidenceRefusedError, match="the case is erased, or is about to be"):
        ask(order, judge)  # the gateway may not have carried it out yet: the rows can still be read
    BundleMaking(environment)(LATER)
    assert not locate_bundle(environment, made.pk).exists()
    assert fresh(made).sha256 == made.sha256  # what had gone out stays known


def test_after_a_day_the_file_goes(environment: Environment, order: Order, judge: User) -> None:
    ask(order, judge)
    made = make(environment)
    stray = locate_bundle(environment, 987_654)
    half = stray.with_name(".987654.zip.abc.part")
    for path in (stray, half):
        path.write_bytes(b"of a maker that was killed")
    BundleMaking(environment)(LATER + bundles.KEPT)
    assert fresh(made).state == "gone"
    assert not locate_bundle(environment, made.pk).exists()
    assert not stray.exists()
    assert not half.exists()
