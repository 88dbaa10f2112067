"""The town as PLAN.json and FIXES.csv."""

import csv
import json

from korgoo.sim.files import FIXES_HEADER, fix_line, plan_document
from korgoo.sim.itinerary import day_begins_ms
from korgoo.sim.observations import stream
from korgoo.sim.people import Person
from korgoo.sim.town import Town

DAY = 20_454

BEGINS = day_begins_ms(DAY)


def test_the_plan_names_every_zone_with_its_windows(people: list[Person]) -> None:
    plan = json.loads(json.dumps(plan_document(people)))
    assert plan["tz"] == "Asia/Bishkek"
    assert [subject["id"] for subject in plan["subjects"]] == [person.id for person in people]
    home = plan["subjects"][1]["zones"][0]
    assert home["id"] == "home"
    assert home["windows"][0]["from"] == "22:00"
    assert home["windows"][0]["to"] == "06:00"
    assert home["beacons"] == [people[1].home_unit]
    away = plan["subjects"][8]["zones"][0]
    assert away["kind"] == "exclusion"
    assert "windows" not in away
    assert any("geometry" in zone for subject in plan["subjects"] for zone in subject["zones"])


def test_a_line_holds_the_fix_exactly(town: Town, people: list[Person]) -> None:
    rows = list(stream(town, people[:9], from_ms=BEGINS, until_ms=BEGINS + 600_000))
    names = FIXES_HEADER.split(",")
    for person, seen in rows:
        (cells,) = csv.reader([fix_line(person, seen)])
        line = dict(zip(names, cells, strict=True))
        assert line["person_id"] == person.id
        assert seen.lat_e7 is not None
        assert round(float(line["lat"]) * 10_000_000) == seen.lat_e7
        assert line["source"] == seen.source
        assert line["time_utc_iso"].startswith("2025-12-31T22:")
        assert line["strap"] == {None: "", True: "true"}[seen.strap]
        assert line["sos"] == ""
