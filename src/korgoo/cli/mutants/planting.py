"""Errors to plant: every place of a source where a sign, a comparison, a unit or a step may be wrong.

Pure: a source in, mutants out. Each is a span of the text and what stands there instead, so that all else
(comments, the numbers of lines) stays as it is.
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from korgoo.cli.mutants.operators import rewrite
from korgoo.cli.mutants.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from korgoo.cli.mutants.text import Edit

_NO_RESULT: Final = ("strict", "gc", "frozen")
"""Keywords that guard against programmers' errors or tell the collector of garbage: no input shows them."""
_TYPES_ONLY: Final = ("TYPE_CHECKING", "TypeVar", "NewType")


@dataclass(frozen=True)
class Mutant:
    """One planted error: the bytes from `start` to `end` of the source become `text`.

    `module`, `code` (the line it stands in) and `change` are its name in the list of equivalents.
    `function` is where it runs ("" = when the module is imported), `lines` the first and the last line of its
    statement.
    """

    module: str
    line: int
    code: str
    change: str
    function: str
    lines: tuple[int, int]
    start: int
    end: int
    text: str

    def plant(self, source: bytes) -> bytes:
        """Return the source with this error in it."""
        return source[: self.start] + self.text.encode() + source[self.end :]


def find_mutants(source: bytes, module: str) -> list[Mutant]:
    """Return every error that can be planted, in the order of the text.

    A change that can stand at several places of equal lines gets a number: "< to <= #2". Raises SyntaxError
    where the source is no Python.
    """
    text = Text(source)
    found = []
    for statement in ast.parse(source).body:
        found += list(_visit(statement, "", text, module))
    found.sort(key=lambda mutant: (mutant.start, mutant.end, mutant.change))
    seen: Counter[tuple[str, str]] = Counter()
    for index, mutant in enumerate(found):
        seen[mutant.code, mutant.change] += 1
        if (number := seen[mutant.code, mutant.change]) > 1:
            found[index] = replace(mutant, change=f"{mutant.change} #{number}")
    return found


def _visit(statement: ast.stmt, function: str, text: Text, module: str) -> Iterator[Mutant]:
    """Yield the mutants of a statement and of those in it."""
    if _is_for_types(statement) or isinstance(statement, (ast.Import, ast.ImportFrom, ast.Assert)):
        return
    name, where = function, function
    if isinstance(statement, ast.ClassDef):
        name = f"{function}{statement.name}."
    elif isinstance(statement, ast.FunctionDef):
        name = f"{function}{statement.name}" if not function or function.endswith(".") else function
    in_body = [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.stmt)]
    last = min((child.lineno for child in in_body), default=(statement.end_lineno or 0) + 1) - 1
    lines = (statement.lineno, max(statement.lineno, last))
    for node in _own_nodes(statement):
        for edit in rewrite(node, text):
            yield _name_edit(edit, where, lines, text, module)
    for child in in_body:
        yield from _visit(child, name, text, module)


def _name_edit(edit: Edit, where: str, lines: tuple[int, int], text: Text, module: str) -> Mutant:
    line = text.source.count(b"\n", 0, edit.start) + 1
    function = "" if where.endswith(".") else where
    return Mutant(
        module, line, text.line(line), edit.change, function, lines, edit.start, edit.end, edit.text
    )


def _own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield a statement and its expressions, without statements in it and without what is only for types."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.keyword) and node.arg in _NO_RESULT:
            continue
        yield node
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list", "type_comment") or _is_sign(node, field):
                continue
            children = value if isinstance(value, list) else [value]
            waiting += [child for child in children if isinstance(child, ast.AST) and not _is_stmt(child)]


def _is_stmt(node: ast.AST) -> bool:
    return isinstance(node, ast.stmt)


def _is_sign(node: ast.AST, field: str) -> bool:
    """Say whether a field is an operator, which is no place of its own."""
    return field in ("op", "ops", "ctx") or (isinstance(node, ast.JoinedStr) and field == "values")


def _is_for_types(statement: ast.stmt) -> bool:
    """Say whether a statement does nothing when the program runs: types, and texts that document."""
    if isinstance(statement, ast.If) and isinstance(statement.test, ast.Name):
        return statement.test.id in _TYPES_ONLY
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
