"""A source by its bytes: where a node of its syntax begins and ends, and edits of such spans."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import ast


class Edit(NamedTuple):
    """The bytes from `start` to `end` become `text`; `change` says it in few words."""

    start: int
    end: int
    text: str
    change: str


class Text:
    """A Python source; `ast` counts lines and the bytes in them, edits need bytes from the beginning."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.rows = source.splitlines(keepends=True)
        self._offsets = [0]
        for row in self.rows:
            self._offsets.append(self._offsets[-1] + len(row))

    def start(self, node: ast.expr | ast.stmt) -> int:
        """Return where a node begins."""
        return self._offsets[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt) -> int:
        """Return where a node ends."""
        line, column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return self._offsets[line - 1] + column

    def cut(self, start: int, end: int) -> str:
        """Return the text of a span."""
        return self.source[start:end].decode()

    def of(self, node: ast.expr | ast.stmt) -> str:
        """Return the text of a node."""
        return self.cut(self.start(node), self.end(node))

    def line(self, number: int) -> str:
        """Return a line, counted from 1, without its margins."""
        return self.rows[number - 1].decode().strip()

    def replace(self, node: ast.expr | ast.stmt, text: str, change: str) -> Edit:
        """Put a text in the place of a node."""
        return Edit(self.start(node), self.end(node), text, change)

    def between(self, left: ast.expr, right: ast.expr, old: str, new: str) -> list[Edit]:
        """Put one operator in the place of another between two operands; nothing where it is not found."""
        start, end = self.end(left), self.start(right)
        at = self.cut(start, end).find(old)
        if at < 0:
            return []
        begin = start + len(self.cut(start, end)[:at].encode())
        return [Edit(begin, begin + len(old.encode()), new, f"{old} to {new}")]
