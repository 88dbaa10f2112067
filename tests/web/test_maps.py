"""What the maps' addresses give to whom, and what they leave in the audit chain."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from korgoo.accounts.permissions import Role
from korgoo.alerts.models import Alert
from korgoo.audit.models import AuditEntry
from korgoo.engine.findings import Evidence
from korgoo.engine.rows import Kind, Motion, Observation, Source, encode_body, person_key
from korgoo.journal.errors import StorageError
from korgoo.journal.record import Opened
from korgoo.live.server import read_clock
from korgoo.live.ticket import read_ticket
from korgoo.monitoring.picture import PicturePoint, paint_picture
from korgoo.orders.plan_document import name_zone
from korgoo.outbox.instants import to_ms
from korgoo.web.console import tracks
from korgoo.web.console.maps.day import LEAD_MS
from tests.factories import (
    NOW,
    make_finding,
    make_office,
    make_person,
    make_signed_order,
    make_user,
    tell_engine,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django import Settings

    from korgoo.accounts.models import Office
    from korgoo.people.models import Person

pytestmark = pytest.mark.django_db(databases="__all__")

LATER = NOW + timedelta(minutes=30)


class FakeJournal:
    """Rows of one person as the journal gives them."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Opened]] = {}
        self.asked: list[tuple[int, int]] = []
        self.broken = False

    def add(self, person_id: int, *, seq: int, at_ms: int, north_m: int = 0, **fields: Any) -> None:
        place = {"lat_e7": 428_700_000 + north_m * 90, "lon_e7": 746_000_000, "accuracy_cm": 900}
        body = encode_body(Observation(at_ms, at_ms + 500, "B-1", **(place | fields)))
        key = person_key(person_id)
        self.rows.setdefault(key, []).append(Opened(seq, at_ms, at_ms, Kind.OBSERVATION, key, 1, body))

    def history(self, key: str, *, from_ms: int, until_ms: int, limit: int) -> list[Opened]:
        self._check()
        self.asked.append((from_ms, until_ms))
        return [row for row in self.rows.get(key, []) if from_ms <= row.log_at_ms < until_ms][:limit]

    def rows_of(self, key: str, *, after_seq: int, until_seq: int, limit: int | None = None) -> list[Opened]:
        self._check()
        return [row for row in self.rows.get(key, []) if after_seq < row.seq <= until_seq][:limit]

    def close(self) -> None:
        pass

    def _check(self) -> None:
        if self.broken:
            raise StorageError("read history: OperationalError")


@pytest.fixture
def journal(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeJournal]:
    fake = FakeJournal()
    monkeypatch.setattr(tracks, "open_reader", lambda: fake)
    tracks.close_reader()
    yield fake
    tracks.close_reader()


def paint(person: Person, *, seq: int = 1) -> None:
    point = PicturePoint(person.pk, 428_700_000, 746_000_000, 900, 1, 2, seq, 80, "use", person.office_id)
    paint_picture([point])


def read(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content[:200]
    return answer.json()


def reasons() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.filter(action="read").order_by("pk").values_list("subject_id", "reason"))


def test_the_live_map_shows_people_of_the_own_offices_only(
    office: Office, sign_in: Callable[..., Client]
) -> None:
    mine, other = make_person(office), make_person(make_office("Elsewhere"))
    paint(mine)
    paint(other)
    known = read(sign_in(Role.OPERATOR), "/map/points.json")
    assert [row[0] for row in known["points"]] == [mine.pk]
    assert [row[0] for row in known["people"]] == [mine.pk]
    assert reasons() == [(office.path, "live map")]


def test_levels_name_the_most_urgent_open_alert_and_no_place(
    office: Office, sign_in: Callable[..., Client]
) -> None:
    person = make_person(office)
    tell_engine(make_finding(person.pk), make_finding(person.pk, kind="sos"))
    assert read(sign_in(Role.OPERATOR), "/map/levels.json") == {"levels": {str(person.pk): 1}, "pairs": []}
    assert read(
        sign_in(user=make_user(Role.OPERATOR, office=make_office("Elsewhere"))), "/map/levels.json"
    ) == {"levels": {}, "pairs": []}


def test_a_ticket_carries_what_the_account_may_hear(
    office: Office, sign_in: Callable[..., Client], settings: Settings
) -> None:
    below = make_office("Below", parent=office)
    make_office("Elsewhere")
    given = read(sign_in(Role.OPERATOR), "/map/ticket.json")
    ticket = read_ticket(given["ticket"], secret=str(settings.SECRET_KEY), now_ms=read_clock())
    assert (ticket.office_path, ticket.offices) == (office.path, (office.pk, below.pk))
    assert ticket.topics == ("alert", "finding", "picture")
    assert given["url"] == f"http://testserver:{settings.ENVIRONMENT.live_port}/stream"


def test_behind_a_proxy_the_stream_is_the_pages_own(
    sign_in: Callable[..., Client], settings: Settings
) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, live_url="/live")
    assert read(sign_in(Role.OPERATOR), "/map/ticket.json")["url"] == "/live/stream"


def test_a_track_needs_a_reason_and_the_reason_is_kept(
    office: Office, sign_in: Callable[..., Client], journal: FakeJournal
) -> None:
    person = make_person(office)
    journal.add(person.pk, seq=5, at_ms=to_ms(NOW) - 60_000)
    client = sign_in(Role.OPERATOR)
    path = f"/people/{person.pk}/day/track.json?date=2026-11-20"
    for missing in ("", "&reason=", "&reason=curiosity"):
        assert client.get(path + missing).status_code == 400
    assert (journal.asked, reasons()) == ([], [])
    track = read(client, f"{path}&reason=court&detail=запрос+%0A+12")
    assert [fix["seq"] for fix in track["fixes"]] == [5]
    assert (track["fixes"][0]["lat"], track["fixes"][0]["accuracy_m"]) == (42.87, 9.0)
    assert reasons() == [(str(person.pk), "day 2026-11-20: court: запрос 12")]
    midnight = 1_795_111_200_000  # 2026-11-20 00:00 in Bishkek
    assert journal.asked == [
        (midnight, midnight + 24 * 3_600_000),
        (midnight - LEAD_MS, midnight),  # judged with the day, never shown
    ]


def test_every_fix_of_a_day_carries_the_engines_own_verdict(
    office: Office, sign_in: Callable[..., Client], journal: FakeJournal, settings: Settings
) -> None:
    settings.KORGOO_CLOCK = lambda: LATER
    person = make_person(office)
    journal.add(person.pk, seq=3, at_ms=to_ms(NOW) - 60_000)
    make_signed_order(person)
    journal.add(person.pk, seq=5, at_ms=to_ms(NOW) + 60_000)
    journal.add(person.pk, seq=6, at_ms=to_ms(NOW) + 120_000, north_m=60_000)
    journal.add(person.pk, seq=7, at_ms=to_ms(NOW) + 180_000, source=Source.CELL)
    journal.add(person.pk, seq=8, at_ms=to_ms(NOW) + 240_000, motion=Motion.STILL)
    shown = read(sign_in(Role.OPERATOR), f"/people/{person.pk}/day/track.json?reason=check")
    assert [(fix["seq"], fix["use"], fix["reason"]) for fix in shown["fixes"]] == [
        (3, "", ""),  # before the order
        (5, "used", ""),
        (6, "held", "jump"),
        (7, "ignored", "source.cell"),
        (8, "used", "motion.still"),
    ]


def test_the_first_fix_of_a_day_is_judged_by_the_evening_before(
    office: Office, sign_in: Callable[..., Client], journal: FakeJournal, settings: Settings
) -> None:
    settings.KORGOO_CLOCK = lambda: NOW + timedelta(hours=3)  # one in the morning
    person = make_person(office)
    make_signed_order(person)
    journal.add(person.pk, seq=5, at_ms=to_ms(NOW) + 119 * 60_000)
    journal.add(person.pk, seq=6, at_ms=to_ms(NOW) + 121 * 60_000, north_m=60_000)
    shown = read(sign_in(Role.OPERATOR), f"/people/{person.pk}/day/track.json?reason=check")
    assert [(fix["seq"], fix["use"]) for fix in shown["fixes"]] == [(6, "held")]


@pytest.mark.parametrize("date", ["2026-11-21", "20.11.2026", "0001-01-01", "x" * 500])
def test_a_day_that_is_none_is_refused(
    office: Office, sign_in: Callable[..., Client], journal: FakeJournal, date: str
) -> None:
    person = make_person(office)
    answer = sign_in(Role.OPERATOR).get(f"/people/{person.pk}/day/track.json?reason=check&date={date}")
    assert answer.status_code == 400
    assert journal.asked == []


def test_nobody_reads_a_track_of_another_office_or_side(
    sign_in: Callable[..., Client], journal: FakeJournal
) -> None:
    stranger = make_person(make_office("Elsewhere"))
    journal.add(stranger.pk, seq=5, at_ms=to_ms(NOW) - 60_000)
    for path in (f"/people/{stranger.pk}/day/", f"/people/{stranger.pk}/day/track.json?reason=check"):
        assert sign_in(Role.OPERATOR).get(path).status_code == 404
        assert sign_in(Role.TECHNICIAN).get(path).status_code == 403
    assert (journal.asked, reasons()) == ([], [])


def test_a_journal_that_cannot_be_read_is_an_answer(
    office: Office, sign_in: Callable[..., Client], journal: FakeJournal
) -> None:
    person, client = make_person(office), sign_in(Role.OPERATOR)
    path = f"/people/{person.pk}/day/track.json?reason=check"
    journal.broken = True
    assert client.get(path).status_code == 503
    journal.broken = False
    assert client.get(path).status_code == 200


def test_an_alert_shows_its_fixes_used_or_not_its_zone_and_the_distance(
    office: Office, sign_in: Callable[..., Client], journal: FakeJournal, settings: Settings
) -> None:
    settings.KORGOO_CLOCK = lambda: LATER
    person = make_person(office)
    order = make_signed_order(person)
    for seq, north in ((11, 20), (12, 9000), (13, 150), (14, 160)):
        journal.add(person.pk, seq=seq, at_ms=to_ms(NOW) + seq * 1000, north_m=north)
    evidence = (
        Evidence(11, 1, distance_m=30.0),
        Evidence(12, 2, use="held", reason="jump"),
        Evidence(13, 3, distance_m=-100.4, sigma_m=7.0),
    )
    tell_engine(
        make_finding(person.pk, condition=name_zone(order.pk, "home"), evidence=evidence, at_ms=to_ms(LATER)),
        now=LATER,
    )
    alert = Alert.objects.unscoped("a test looks").get()
    shown = read(sign_in(Role.OPERATOR), f"/alerts/{alert.pk}/map.json")
    assert [(fix["seq"], fix["use"], fix["reason"]) for fix in shown["fixes"]] == [
        (11, "used", ""),
        (12, "held", "jump"),
        (13, "used", ""),
    ]
    assert [(zone["name"], zone["radius_m"]) for zone in shown["zones"]] == [("“home”", 50)]
    assert shown["line"]["distance_m"] == 100
    assert shown["line"]["to"][1] == pytest.approx(42.87 + 50 / 111_195, abs=1e-6)
    assert reasons() == [(str(person.pk), f"map of alert {alert.pk}")]
    stranger = make_user(Role.OPERATOR, office=make_office("Elsewhere"))
    assert sign_in(user=stranger).get(f"/alerts/{alert.pk}/map.json").status_code == 404


def test_the_base_map_is_served_by_ranges(
    sign_in: Callable[..., Client], settings: Settings, tmp_path: Path
) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data=tmp_path)
    client = sign_in(Role.OPERATOR)
    assert client.get("/map/basemap.pmtiles").status_code == 404
    (tmp_path / "basemap.pmtiles").write_bytes(bytes(range(256)) * 40)

    def ask(asked: str) -> tuple[int, bytes, str]:
        answer = client.get("/map/basemap.pmtiles", headers={"Range": asked})
        return answer.status_code, answer.content, answer.headers.get("Content-Range", "")

    assert ask("bytes=0-3") == (206, b"\0\1\2\3", "bytes 0-3/10240")
    assert ask("bytes=10238-99999") == (206, b"\xfe\xff", "bytes 10238-10239/10240")
    assert ask("bytes=10239-") == (206, b"\xff", "bytes 10239-10239/10240")
    for wrong in (
        "bytes=10240-",
        "bytes=5-2",
        "bytes=-5",
        "bytes=0-1,4-5",
        "items=0-1",
        "bytes=" + "9" * 400,
    ):
        assert ask(wrong) == (416, b"", "bytes */10240"), wrong
    whole = client.get("/map/basemap.pmtiles")
    assert b"".join(whole.streaming_content) == bytes(range(256)) * 40  # type: ignore[attr-defined]  # a file's response
    assert "immutable" in whole.headers["Cache-Control"]


def test_only_a_demonstration_has_a_town(sign_in: Callable[..., Client], settings: Settings) -> None:
    client = sign_in(Role.OPERATOR)
    assert client.get("/map/town.geojson").status_code == 404
    settings.KORGOO_DEMO = True
    town = json.loads(client.get("/map/town.geojson").content)
    assert all(feature["properties"]["synthetic"] for feature in town["features"])
