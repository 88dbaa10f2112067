"""What is planted: for each piece of syntax the mistakes that people make there."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from korgoo.cli.mutants.text import Edit, Text

_COMPARISONS: Final[dict[type[ast.cmpop], tuple[str, str]]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
_ORDERED: Final = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_ARITHMETIC: Final[dict[type[ast.operator], tuple[str, str]]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "//"),
    ast.FloorDiv: ("//", "*"),
    ast.Div: ("/", "*"),
    ast.Mod: ("%", "//"),
    ast.Pow: ("**", "*"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
}
_CALLS: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
_WORDS: Final = {"Reason": ("CANNOT_TELL", "INSPECTED"), "Event": ("OPENED", "UPDATED")}
"""What a constant of these is changed to, and what it is changed to where it is that already."""
_UNITS_FROM: Final = 100
"""From here on a number is a unit or a measure, wrong by a factor; below it is a count, wrong by one."""


def rewrite(node: ast.AST, text: Text) -> Iterator[Edit]:
    """Yield the mistakes that one node can hold, without those of its children."""
    maker = _MAKERS.get(type(node))
    if maker is not None:
        yield from maker(node, text)


def _compare(node: ast.Compare, text: Text) -> Iterator[Edit]:
    for (left, right), operator in zip(pairwise((node.left, *node.comparators)), node.ops, strict=True):
        yield from text.between(left, right, *_COMPARISONS[type(operator)])
    if len(node.ops) == 1 and isinstance(node.ops[0], _ORDERED):
        left, right = node.left, node.comparators[0]
        sign = _COMPARISONS[type(node.ops[0])][0]
        yield text.replace(node, f"({text.of(right)}) {sign} ({text.of(left)})", "swap sides")


def _calculate(node: ast.BinOp, text: Text) -> Iterator[Edit]:
    if not any(_is_text(side) for side in (node.left, node.right)):
        yield from text.between(node.left, node.right, *_ARITHMETIC[type(node.op)])


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _connect(node: ast.BoolOp, text: Text) -> Iterator[Edit]:
    old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    pieces = [text.cut(text.start(node), text.start(node.values[0]))]
    for value, following in pairwise((*node.values, None)):
        pieces.append(text.of(value) if value is not None else "")
        if value is not None and following is not None:
            pieces.append(text.cut(text.end(value), text.start(following)).replace(old, new))
    pieces.append(text.cut(text.end(node.values[-1]), text.end(node)))
    yield text.replace(node, f"({''.join(pieces)})", f"{old} to {new}")


def _invert(node: ast.UnaryOp, text: Text) -> Iterator[Edit]:
    if isinstance(node.op, ast.Not):
        yield text.replace(node, f"bool({text.of(node.operand)})", "drop not")
    elif isinstance(node.op, ast.USub):
        yield text.replace(node, f"+{text.of(node.operand)}", "drop minus")


def _count(node: ast.Constant, text: Text) -> Iterator[Edit]:
    value = node.value
    if isinstance(value, bool):
        yield text.replace(node, str(not value), f"{value} to {not value}")
    elif isinstance(value, int) and value >= _UNITS_FROM:
        wrong = value // 60 if value % 3_600 == 0 else value // 10
        yield text.replace(node, str(wrong), f"{value} to {wrong}")
    elif isinstance(value, int):
        for wrong in (value + 1, value - 1) if value else (1,):
            yield text.replace(node, str(wrong), f"{value} to {wrong}")


def _call(node: ast.Call, text: Text) -> Iterator[Edit]:
    if isinstance(node.func, ast.Name) and node.func.id in _CALLS:
        other = _CALLS[node.func.id]
        yield text.replace(node.func, other, f"{node.func.id} to {other}")


def _name(node: ast.Attribute, text: Text) -> Iterator[Edit]:
    if isinstance(node.value, ast.Name) and node.value.id in _WORDS and node.attr.isupper():
        usual, instead = _WORDS[node.value.id]
        wrong = instead if node.attr == usual else usual
        yield text.replace(node, f"{node.value.id}.{wrong}", f"{node.attr} to {wrong}")


def _drop_if_it_changes_state(node: ast.stmt, text: Text) -> Iterator[Edit]:
    if isinstance(node, ast.Assign):
        changes = any(_is_state(target) for target in node.targets)
    elif isinstance(node, ast.AugAssign):
        changes = True
    else:
        changes = not (isinstance(node, ast.Expr) and not isinstance(node.value, (ast.Call, ast.YieldFrom)))
    if changes and not (isinstance(node, ast.Return) and node.value is not None):
        yield text.replace(node, "pass", "drop statement")


def _is_state(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple):
        return any(_is_state(part) for part in target.elts)
    return isinstance(target, (ast.Attribute, ast.Subscript))


def _step(node: ast.AugAssign, text: Text) -> Iterator[Edit]:
    yield from _drop_if_it_changes_state(node, text)
    old, new = (f"{sign}=" for sign in _ARITHMETIC[type(node.op)])
    yield from text.between(node.target, node.value, old, new)


_MAKERS: Final[dict[type[ast.AST], Callable[..., Iterator[Edit]]]] = {
    ast.Compare: _compare,
    ast.BinOp: _calculate,
    ast.BoolOp: _connect,
    ast.UnaryOp: _invert,
    ast.Constant: _count,
    ast.Call: _call,
    ast.Attribute: _name,
    ast.Assign: _drop_if_it_changes_state,
    ast.AugAssign: _step,
    ast.Expr: _drop_if_it_changes_state,
    ast.Delete: _drop_if_it_changes_state,
    ast.Return: _drop_if_it_changes_state,
    ast.Continue: _drop_if_it_changes_state,
}
