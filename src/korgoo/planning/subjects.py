"""Compiles one person's subject of PLAN.json given as a dict: what an order's version is turned into."""

from typing import Any

import msgspec

from korgoo.engine.plan import Plan
from korgoo.planning.compilation import compile_plan
from korgoo.planning.reading import read_document


def compile_subject(document: dict[str, Any], *, tz: str, first_year: int, last_year: int) -> Plan:
    """Return the plan of a subject, checked as strictly as a file from outside.

    Raises:
        PlanError: something in it cannot be used; the path begins at `$.subjects[0]`.
    """
    whole = read_document(msgspec.json.encode({"tz": tz, "subjects": [document]}))
    return compile_plan(
        whole.subjects[0], tz=tz, first_year=first_year, last_year=last_year, path="$.subjects[0]"
    )
