"""Say in plain words what findings mean and which fixes they rest on, to one reader.

With --for the text is cut to what that reader may know. FINDINGS is a file that korgoo backtest wrote, or the
id of a finding of this installation; reading one of those is written into the audit log, with --reason.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from korgoo.cli import complain
from korgoo.cli.files import read_plan
from korgoo.planning.errors import PlanError
from korgoo.planning.offsets import refuse_unknown_zone
from korgoo.replay.audience import Audience, Parties, arrange
from korgoo.replay.explanation import explain
from korgoo.replay.findings_file import FindingsError, read_findings
from korgoo.replay.fixes import FixesError
from korgoo.replay.texts import LANGUAGES, load_texts

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Mapping

    from korgoo.planning.document import PlanDocument
    from korgoo.replay.telling import Basis

_KEYS = ("person:", "pair:", "system:")
_NEED_PLAN = (Audience.PARTICIPANT, Audience.PROTECTED)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "findings", metavar="FINDINGS.jsonl | FINDING", help="what korgoo backtest wrote, or an id"
    )
    parser.add_argument("id", nargs="?", metavar="ID", help="only the events of this finding (default: all)")
    parser.add_argument("--for", choices=list(Audience), type=Audience, dest="audience", help="who reads it")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language (default: en)")
    parser.add_argument("--tz", help="the time zone of the times shown (default: the plan's, else UTC)")
    parser.add_argument(
        "--plan", type=Path, metavar="PLAN.json", help="who is protected, and how times are counted"
    )
    parser.add_argument(
        "--fixes", type=Path, metavar="FIXES.csv", help="with --plan: tell police where he was last"
    )
    parser.add_argument("--reason", default="", help="of this installation's findings: why it is read")


def run(args: argparse.Namespace) -> int:
    """Print one explanation after the other, a blank line between them."""
    if args.findings.startswith(_KEYS) and not Path(args.findings).exists():
        from korgoo.cli.installed import explain_installed

        return explain_installed(args)
    if args.plan is None and args.audience in _NEED_PLAN:
        return complain("explain", f"--for {args.audience} needs --plan, which says who is protected")
    return _explain_file(args)


def _explain_file(args: argparse.Namespace) -> int:
    try:
        document = None if args.plan is None else read_plan(args.plan)
        tz = args.tz or (document.tz if document else "UTC")
        refuse_unknown_zone(tz, path="--tz" if args.tz or not args.plan else f"{args.plan}: $.tz")
        parties = _name_parties(document)
        found = (f for f in read_findings(Path(args.findings)) if args.id in (None, f["id"]))
        teller = _make_teller(args, document, tz, parties=parties)
        told = print_all(arrange(found, args.audience, parties), teller, audience=args.audience)
    except (PlanError, FindingsError) as error:
        return complain("explain", str(error))
    except FixesError as error:
        return complain("explain", f"{args.fixes} is refused:\n{error}")
    except BrokenPipeError:
        raise
    except OSError as error:
        return complain("explain", f"{error.filename}: {error.strerror}")
    if args.id is None or told:
        return 0
    missing = f"{args.findings} holds no finding {args.id!r}"
    return complain("explain", missing if told is None else load_texts(args.lang).telling.nothing)


def print_all(
    findings: Iterable[Mapping[str, Any]],
    teller: Callable[[Mapping[str, Any]], str | None],
    *,
    audience: Audience | None,
) -> int | None:
    """Print what may be told; return how much that was, or None where there were no findings at all.

    A finding of which this reader may learn nothing leaves no trace on stdout, not even a blank line; nor,
    for the participant, does one in the very words of one before: the rings are cut out of his words, and the
    number of equal texts would still tell how many he crossed. In which order he reads says `arrange`.
    """
    told: int | None = None
    before: set[str] = set()
    for finding in findings:
        text = teller(finding)
        told = told or 0
        if text is not None and (audience is not Audience.PARTICIPANT or text not in before):
            sys.stdout.write(("\n" if told else "") + text + "\n")
            told += 1
            before.add(text)
    return told


def _name_parties(document: PlanDocument | None) -> Parties:
    if document is None:
        return Parties()
    from korgoo.planning.pairs import compile_pair

    return Parties.of_plans([compile_pair(pair, subjects=document.subjects) for pair in document.pairs])


def _make_teller(
    args: argparse.Namespace, document: PlanDocument | None, tz: str, *, parties: Parties
) -> Callable[[Mapping[str, Any]], str | None]:
    if args.audience is None:
        return lambda finding: explain(finding, lang=args.lang, tz=tz)
    from korgoo.replay.places import Places
    from korgoo.replay.telling import tell

    audience, lang = args.audience, args.lang
    basis = _basis(None if document is None else args.plan.read_bytes())
    places = Places.read(document, args.fixes) if document is not None and args.fixes else None
    return lambda finding: tell(
        finding,
        audience,
        lang=lang,
        tz=tz,
        parties=parties,
        basis=basis,
        where=places.find(finding) if places else None,
    )


def _basis(plan: bytes | None) -> Basis:
    import hashlib

    import korgoo
    from korgoo.engine.parameters import Parameters, digest
    from korgoo.replay.telling import Basis

    version = "" if plan is None else f"sha256:{hashlib.sha256(plan).hexdigest()[:16]}"
    return Basis(version, digest(Parameters()), korgoo.__version__)
