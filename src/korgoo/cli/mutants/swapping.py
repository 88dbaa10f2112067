"""Puts changed code into functions and modules that are in use, in this process only."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import sys
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType


def swap_code(module: str, function: str, source: bytes) -> bool:
    """Give a function the code that it has in `source`; whoever holds it runs the new one.

    Returns False, and changes nothing, where there is no such plain function: then the module has to be
    imported anew.
    """
    held = sys.modules.get(module)
    found = _find_function(held, function) if held is not None else None
    if found is None:
        return False
    codes = [
        code for code in _codes(_compile(source, found.__code__.co_filename)) if code.co_qualname == function
    ]
    if len(codes) != 1 or codes[0].co_freevars != found.__code__.co_freevars:
        return False
    found.__code__ = codes[0]
    return True


def _find_function(held: ModuleType, name: str) -> FunctionType | None:
    thing: object = held
    for part in name.split("."):
        thing = vars(thing).get(part)
        if thing is None:
            return None
    if isinstance(thing, (classmethod, staticmethod)):
        thing = thing.__func__
    if isinstance(thing, property):
        thing = thing.fget
    thing = inspect.unwrap(thing) if callable(thing) else None
    return thing if isinstance(thing, FunctionType) else None


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _compile(source: bytes, path: str) -> CodeType:
    return compile(source, path, "exec", dont_inherit=True)


def import_anew(module: str, source: bytes, prefixes: Sequence[str]) -> None:
    """Forget every module whose name begins with one of `prefixes`; `module` will be read from `source`."""
    for name in list(sys.modules):
        if any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes):
            del sys.modules[name]
    sys.meta_path.insert(0, _Planted(module, source))


class _Planted(importlib.abc.MetaPathFinder):
    """Finds one module, and gives it another source."""

    def __init__(self, module: str, source: bytes) -> None:
        self.module = module
        self.source = source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the module's own place with our loader, or none for every other name."""
        del target
        if fullname != self.module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec is None or spec.origin is None:
            return None
        loader = _Loader(fullname, spec.origin)
        loader.source = self.source
        return importlib.util.spec_from_file_location(fullname, spec.origin, loader=loader)


class _Loader(importlib.machinery.SourceFileLoader):
    source = b""

    def get_code(self, fullname: str) -> CodeType:
        """Return the code of the given source, past the file and its cache."""
        del fullname
        return _compile(self.source, self.path)
