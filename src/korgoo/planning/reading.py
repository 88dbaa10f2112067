"""Reads PLAN.json: JSON, shape, meaning, in that order; the first fault is refused with its path."""

import re
from typing import Final

import msgspec

from korgoo.planning.checks import check_document
from korgoo.planning.document import PlanDocument
from korgoo.planning.errors import PlanError
from korgoo.planning.strict_json import read_json

_WITH_PATH: Final = re.compile(r"(?P<message>.*) - at `(?P<path>\$[^`]*)`", re.DOTALL)
_UNKNOWN_FIELD: Final = re.compile(r"Object contains unknown field `(?P<field>.*)`", re.DOTALL)


def read_document(data: bytes) -> PlanDocument:
    """Return the checked document of a PLAN.json.

    Raises:
        PlanError: anything in it cannot be used; nothing of a refused plan is used.
    """
    tree = read_json(data)
    try:
        document = msgspec.convert(tree, type=PlanDocument, strict=True)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from error
    check_document(document)
    return document


def _refusal(text: str) -> PlanError:
    """Turn msgspec's sentence into ours: the path first, an unknown field as part of it."""
    match = _WITH_PATH.fullmatch(text)
    message, path = (match["message"], match["path"]) if match else (text, "$")
    unknown = _UNKNOWN_FIELD.fullmatch(message)
    if unknown:
        return PlanError(f"{path}.{unknown['field']}", "unknown field")
    return PlanError(path, message[:1].lower() + message[1:])
