"""Compiles subjects and pairs of PLAN.json given as dicts: what an order's version is turned into."""

from typing import Any

import msgspec

from korgoo.engine.plan import PairPlan, Plan
from korgoo.planning.compilation import compile_plan
from korgoo.planning.pairs import compile_pair
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


def compile_pair_document(
    document: dict[str, Any], *, subjects: tuple[dict[str, Any], dict[str, Any]], tz: str
) -> PairPlan:
    """Return the plan of a pair between two subjects, checked as strictly as a file from outside.

    Raises:
        PlanError: something in it cannot be used; the path begins at `$.pairs[0]` or `$.subjects`.
    """
    whole = read_document(msgspec.json.encode({"tz": tz, "subjects": list(subjects), "pairs": [document]}))
    return compile_pair(whole.pairs[0], subjects=whole.subjects, path="$.pairs[0]")
