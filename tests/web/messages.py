"""Every text of the pages that has to be translated, read from the sources themselves."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from django.template import Template
from django.template.base import TextNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.template.base import Node

SOURCES = Path(__file__).parents[2] / "src" / "korgoo"
CALLS = {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "_", "mark"}
# Rooms whose refusals are shown to people; the sentences are the keys of the catalogue.
REFUSING = ("people", "devices", "orders", "monitoring", "alerts")
UNSEEN = {"NoTransactionError", "ForbiddenError", "ShardLostError"}  # end in a page of their own, or in a log


def list_messages() -> set[str]:
    """Return the originals; singular and plural are joined by NUL, as in a catalogue."""
    found = set()
    for path in (SOURCES / "web").rglob("*.py"):
        found |= set(_read_calls(ast.parse(path.read_text(encoding="utf-8"))))
    for path in (SOURCES / "web" / "templates").rglob("*.html"):
        template = Template(path.read_text(encoding="utf-8"))
        found |= set(_read_nodes(template.nodelist))
    return found | list_refusals()


def list_refusals() -> set[str]:
    """Return the constant sentences of named errors and of `yield` in the checks of an order."""
    found = set()
    for room in REFUSING:
        for path in (SOURCES / room).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", "")
                    if name.endswith("Error") and name not in UNSEEN:
                        found |= set(_constants(node.args))
                elif isinstance(node, ast.Yield) and path.name == "drafts.py":
                    found |= set(_constants([node.value] if node.value else []))
    return found


def _constants(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.value
        elif isinstance(node, ast.Tuple):
            yield from _constants(node.elts)
        elif isinstance(node, ast.IfExp):
            yield from _constants([node.body, node.orelse])


def _read_calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS and node.args:
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            words = [text for text in texts if isinstance(text, str)]
            if words:
                yield "\0".join(words) if node.func.id == "ngettext" else words[0]  # type: ignore[attr-defined]  # a Name: it has an id


def _read_nodes(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, TextNode):
            continue
        if isinstance(node, TranslateNode):
            yield node.filter_expression.token.strip("'\"").replace('\\"', '"')
        elif isinstance(node, BlockTranslateNode):
            singular, _ = node.render_token_list(node.singular)
            yield singular + ("\0" + node.render_token_list(node.plural)[0] if node.plural else "")
        for name in getattr(node, "child_nodelists", ()):
            inner = getattr(node, name, None)
            if inner:
                yield from _read_nodes(inner)
        for _condition, inner in getattr(node, "conditions_nodelists", ()):
            yield from _read_nodes(inner)
