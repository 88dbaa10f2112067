"""Explains a finding to one audience: what the order says, what was seen, how sure, what else it could be.

A finding passes `audience.view` first; every sentence here is made of what that left.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from korgoo.engine.findings import KINDS
from korgoo.replay.alternatives import list_alternatives
from korgoo.replay.audience import Audience, Parties, is_of_pair, view
from korgoo.replay.explanation import Narrator, write_number
from korgoo.replay.texts import load_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


class Basis(msgspec.Struct, frozen=True):
    """By what a finding was judged: plan versions, digest of the parameter set, version of the rules."""

    plan: str
    parameters: str
    engine: str


class Where(msgspec.Struct, frozen=True):
    """The participant's newest used fix: what a police unit is sent to."""

    lat_e7: int
    lon_e7: int
    accuracy_cm: int | None
    fixed_at: str


_PARTS: Final[dict[Audience, tuple[str, ...]]] = {
    Audience.CENTRE: (
        "header", "order", "seen", "where", "sure", "alternatives", "ignored", "evidence", "basis",
    ),
    Audience.POLICE: ("header", "seen", "where", "sure", "alternatives"),
    Audience.COURT: (
        "header", "order", "seen", "where", "evidence", "ignored", "sure", "alternatives", "basis", "decides",
    ),
    Audience.PARTICIPANT: ("header", "order", "seen", "sure", "alternatives", "ignored", "rights"),
    Audience.PROTECTED: ("header", "order", "seen", "sure", "doing"),
}  # fmt: skip
"""What each audience reads, in this order."""

_ORDER: Final = ("order", "window", "grace")
_SURE: Final = ((0.99, "certain"), (0.95, "very_likely"), (0.8, "likely"), (0.5, "rather"), (0.0, "doubtful"))


def tell(
    finding: Mapping[str, Any],
    audience: Audience,
    *,
    lang: str,
    tz: str = "UTC",
    parties: Parties | None = None,
    basis: Basis | None = None,
    where: Where | None = None,
) -> str | None:
    """Return the explanation of one line of FINDINGS.jsonl for a reader, as lines of text.

    None: this reader may be told nothing of it. `parties` says who is protected; without it nobody is known
    to be. `where` is shown to centre, police and court only.

    Raises:
        KeyError: an unknown language or time zone.
    """
    seen = view(finding, audience, parties or Parties())
    if seen is None:
        return None
    teller = _Teller(seen, audience, lang=lang, tz=tz, basis=basis, where=where)
    return "\n".join(teller.lines())


def tell_parts(
    finding: Mapping[str, Any], audience: Audience, names: Iterable[str], *, lang: str, tz: str = "UTC"
) -> list[tuple[str, list[str]]]:
    """Return these parts of an explanation, each as its title and its lines; empty ones are left out.

    For a page that shows the rest in a form of its own. Nothing where the reader may be told nothing.

    Raises:
        KeyError: an unknown language, time zone or part.
    """
    seen = view(finding, audience, Parties())
    if seen is None:
        return []
    teller = _Teller(seen, audience, lang=lang, tz=tz, basis=None, where=None)
    return [(title, lines) for title, lines in teller.parts(names) if lines]


class _Teller:
    """One finding as one audience may read it."""

    def __init__(
        self,
        finding: dict[str, Any],
        audience: Audience,
        *,
        lang: str,
        tz: str,
        basis: Basis | None,
        where: Where | None,
    ) -> None:
        self._texts = load_texts(lang)
        self._said = self._texts.telling
        self._params: Mapping[str, Any] = finding["explanation"]["params"]
        self._finding = finding
        self._audience = audience
        self._basis = basis
        self._where = where
        self._bare = self._params.get("bare") is True
        self._of_pair = is_of_pair(finding)
        self._narrator = Narrator(finding, texts=self._texts, tz=tz)

    def lines(self) -> Iterator[str]:
        """Yield the parts that this audience reads, each under its title."""
        yield self._header()
        for title, found in self.parts(name for name in _PARTS[self._audience] if name != "header"):
            if found:
                yield f"{title}:"
                yield from (f"  {line}" for line in found)

    def parts(self, names: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
        """Yield the title of each of these parts with its lines."""
        parts: dict[str, Callable[[], Iterator[str]]] = {
            "order": self._order,
            "seen": self._seen,
            "where": self._place,
            "sure": self._sure,
            "alternatives": self._alternatives,
            "ignored": self._ignored,
            "evidence": self._evidence,
            "basis": self._rests_on,
            "rights": lambda: iter([self._said.rights]),
            "doing": lambda: iter([self._said.doing]),
            "decides": lambda: iter([self._said.decides]),
        }
        for name in names:
            yield self._said.titles[name], [line for line in parts[name]() if line]

    def _header(self) -> str:
        values = self._narrator.values
        if self._bare:
            return f"{values['kind']} ({values['event']})."
        short = self._audience is Audience.PROTECTED and self._of_pair
        return (self._said.header_short if short else self._texts.header).format_map(values)

    def _order(self) -> Iterator[str]:
        facts = self._narrator.facts(_ORDER)
        yield from facts or [self._said.order_none]
        if self._of_pair:
            yield self._narrator.fill(self._said.pair_order)

    def _seen(self) -> Iterator[str]:
        said, narrator = self._said, self._narrator
        if self._bare:
            yield said.bare
        elif self._audience is Audience.PROTECTED and self._of_pair:
            yield self._told_her()
        else:
            yield from narrator.story(without=_ORDER)
        band = self._params.get("band")
        if band in said.bands:
            yield said.band.format(band=said.bands[band])
        if "place" in self._params:
            yield said.place.format(place=self._params["place"])

    def _told_her(self) -> str:
        """Return what she is told: not that he is near, where he went or nobody knows."""
        said, finding = self._said, self._finding
        if finding["event"] in ("closed", "annulled") or not finding["live"]:
            return said.over
        now = said.protected_now.get(finding["explanation"]["code"])
        return now or said.protected.get(finding["kind"], "")

    def _place(self) -> Iterator[str]:
        where = self._where
        if where is None:
            return
        accuracy = "?" if where.accuracy_cm is None else write_number(where.accuracy_cm / 100)
        yield self._said.where.format(
            lat=f"{where.lat_e7 / 1e7:.5f}",
            lon=f"{where.lon_e7 / 1e7:.5f}",
            accuracy_m=accuracy,
            age=self._narrator.ago(where.fixed_at),
        )

    def _sure(self) -> Iterator[str]:
        sure, kind = self._finding["confidence"], KINDS.get(self._finding["kind"])
        if self._finding["event"] == "annulled":
            yield self._said.sure["withdrawn"]
        elif self._bare or not isinstance(sure, int | float):
            return
        elif kind is not None and kind.lane == "log":
            yield self._said.sure["reported"]
        else:
            word = next((word for least, word in _SURE if sure >= least), "doubtful")
            yield self._said.sure[word].format(percent=f"{sure * 100:.1f}")

    def _alternatives(self) -> Iterator[str]:
        for code in list_alternatives(self._finding):
            yield f"- {self._said.alternatives[code]}"

    def _ignored(self) -> Iterator[str]:
        if self._bare:
            return
        texts = self._texts
        left_out = Counter(
            (str(item.get("use")), str(item.get("reason", "")))
            for item in self._finding["evidence"]
            if item.get("use") in ("held", "ignored")
        )
        for (use, reason), count in sorted(left_out.items()):
            words = texts.evidence_reasons.get(reason, "—")
            yield self._said.ignored["line"].format(count=count, use=texts.uses[use], reason=words)
        if not left_out:
            yield self._said.ignored["none"]

    def _evidence(self) -> Iterator[str]:
        for item in self._finding["evidence"]:
            yield f"- {self._narrator.line_of(item)}"

    def _rests_on(self) -> Iterator[str]:
        basis = self._basis
        if basis is None:
            return
        if not basis.plan:
            yield self._said.basis_unknown.format(engine=basis.engine)
            return
        yield self._said.basis.format(plan=basis.plan, parameters=basis.parameters, engine=basis.engine)
