"""JSON as it should be: no key twice, no NaN, no text that cannot be stored; each fault with its path."""

import json
import math
from typing import Any

from korgoo.planning.errors import PlanError


class _Twice(dict[str, Any]):
    """An object in which a key stood twice; it is refused when its path is known."""

    key: str


class _NoNumber:
    """NaN or Infinity, which JSON does not have."""

    def __init__(self, text: str) -> None:
        self.text = text


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            twice = _Twice(seen)
            twice.key = key
            return twice
        seen[key] = value
    return seen


def read_json(data: bytes) -> Any:  # noqa: ANN401 - a JSON tree is any of its six types
    """Return the tree of a JSON text in UTF-8 (a byte order mark is allowed).

    Raises:
        PlanError: not UTF-8, not JSON, a key twice, NaN or Infinity, a lone surrogate, nested too deeply.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanError("$", f"not UTF-8 at byte {error.start}") from error
    try:
        tree = json.loads(text, object_pairs_hook=_object, parse_constant=_NoNumber)
        _refuse_faults(tree, path="$")
    except json.JSONDecodeError as error:
        raise PlanError("$", f"not JSON: {error.msg} at line {error.lineno} column {error.colno}") from error
    except RecursionError as error:
        raise PlanError("$", "nested too deeply") from error
    except PlanError:
        raise
    except ValueError as error:  # a whole number of thousands of digits
        raise PlanError("$", "holds a number too long to read") from error
    return tree


def _refuse_faults(value: Any, *, path: str) -> None:  # noqa: ANN401 - as read_json
    if isinstance(value, _Twice):
        raise PlanError(path, f"the key {json.dumps(value.key)} stands twice")
    if isinstance(value, _NoNumber):
        raise PlanError(path, f"{value.text} is no JSON number")
    if isinstance(value, float) and not math.isfinite(value):
        raise PlanError(path, "the number is too large")
    if isinstance(value, str):
        _refuse_unwritable(value, path=path)
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_unwritable(key, path=path)
            _refuse_faults(item, path=f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _refuse_faults(item, path=f"{path}[{index}]")


def _refuse_unwritable(text: str, *, path: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise PlanError(path, "holds half of a surrogate pair, which is no text") from error
