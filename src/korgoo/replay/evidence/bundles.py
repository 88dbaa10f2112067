"""Makes bundles: the files of a profile, their manifest, its signature, its time-stamp and the seal around.

manifest.json   canonical JSON: what the bundle is, and the SHA-256 of every other file
manifest.sig    Ed25519 over manifest.json
stamp.tsr       the RFC 3161 reply for manifest.json, if there is an authority
seal.sig        Ed25519 over the digests of those three, so that no byte of the reply goes unnoticed
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import msgspec

import korgoo
from korgoo.engine.parameters import Parameters, digest
from korgoo.planning.instants import format_instant
from korgoo.replay.audience import Audience, view
from korgoo.replay.derivation import JOB_FILE, ROWS_FILE, write_record
from korgoo.replay.evidence import chains, commitments, keys
from korgoo.replay.evidence.archive import write_archive
from korgoo.replay.evidence.cases import OPEN_KINDS
from korgoo.replay.evidence.commitments import canonical
from korgoo.replay.evidence.discretion import Retold, renumber, retell
from korgoo.replay.evidence.packing import pack_engine
from korgoo.replay.judging import override_parameters
from korgoo.replay.telling import Basis, tell
from korgoo.replay.texts import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    from korgoo.engine.rows import Row
    from korgoo.replay.audience import Parties
    from korgoo.replay.evidence.cases import Case

FORMAT: Final = "korgoo-evidence-1"
SEALED: Final = "sealed"
DISCLOSED: Final = "disclosed"
MANIFEST, SIGNATURE, STAMP, SEAL = "manifest.json", "manifest.sig", "stamp.tsr", "seal.sig"
SEALED_FILE: Final = "sealed.bin"
ENGINE_FILE: Final = "engine.zip"
FINDING_FILE: Final = "finding.jsonl"
CASE_FILE: Final = "case.json"
PROOF_FILE: Final = "proof.msgpack"
SALTS_FILE: Final = "salts.msgpack"
HIDDEN_FILE: Final = "hidden.json"
BLANKS_FILE: Final = "blanks.json"
NOT_SHOWN: Final = (
    "nothing of this finding may be shown to the participant's side: only a sealed bundle can be made"
)


class ProfileError(ValueError):
    """This finding has no bundle of that profile; the message says why."""


class Description(msgspec.Struct, frozen=True):
    """What case.json says: how to derive the finding, and by what it was judged.

    `discreet`: rows are committed to by numbers of their own, see `discretion`.
    """

    clock: str
    end_ms: int
    overrides: dict[str, int]
    parameters: str
    plans: list[str]
    engine: str
    finding: str = ""
    salt: str = ""
    rederivable: bool = True
    discreet: bool = False


def make_bundle(
    case: Case,
    profile: str,
    *,
    signer: Ed25519PrivateKey,
    court: X25519PublicKey | None,
    tz: str,
    made_ms: int,
    stamp: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """Return the bytes of a bundle. `stamp` asks an authority for the time-stamp of the manifest.

    Raises:
        ProfileError: the profile cannot be made of this finding.
        StampError: the authority does not answer as it should.
    """
    master = commitments.master_salt(keys.secret_of(signer), case.job.finding, case.lines.count(b"\n"))
    engine = pack_engine()
    if profile == SEALED:
        if court is None:
            raise ProfileError("a sealed bundle needs the court's public key")
        content = write_archive(_sealed_files(case, master, engine, tz=tz))
        files = {SEALED_FILE: keys.seal(content, court), "README.txt": _README_SEALED.encode()}
    else:
        files = _disclosed_files(case, master, engine, tz=tz)
    head = {
        "format": FORMAT,
        "profile": profile,
        "made_at": format_instant(made_ms),
        "made_by": f"korgoo {korgoo.__version__}",
        "commitments": {"case": _root(case, master).hex(), "finding": _finding(case, master).hex()},
        "engine_sha256": hashlib.sha256(engine).hexdigest(),
        "journal": case.proof is not None,
        "signer": {"algorithm": "Ed25519", "public_key": keys.public_of(signer).hex()},
        "stamped": stamp is not None,
    }
    return _close(files, head, signer=signer, stamp=stamp)


def _close(
    files: dict[str, bytes],
    head: dict[str, Any],
    *,
    signer: Ed25519PrivateKey,
    stamp: Callable[[bytes], bytes] | None,
) -> bytes:
    listed = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in files.items()
    }
    manifest = canonical({**head, "files": listed})
    whole = {**files, MANIFEST: manifest, SIGNATURE: signer.sign(manifest)}
    if stamp is not None:
        whole[STAMP] = stamp(manifest)
    whole[SEAL] = signer.sign(seal_of(whole))
    return write_archive(whole)


def seal_of(files: dict[str, bytes]) -> bytes:
    """Return what the seal signs: the digests of manifest, signature and time-stamp."""
    parts = (files.get(name, b"") for name in (MANIFEST, SIGNATURE, STAMP))
    return b"korgoo evidence seal" + b"".join(hashlib.sha256(part).digest() for part in parts)


def _finding(case: Case, master: bytes) -> bytes:
    return commitments.commit_finding(commitments.text_salt(master), case.lines)


def _commit(rows: Iterable[Row], master: bytes) -> list[bytes]:
    """Return the commitments of these rows."""
    return [commitments.commit_row(commitments.row_salt(master, row.seq), write_record(row)) for row in rows]


def _blanks(case: Case, master: bytes) -> list[bytes]:
    # The clock's marks have no commitments and must not count: so many a minute, they would tell the time.
    return commitments.make_blanks(master, len(case.committed)) if case.split()[1] else []


def _root(case: Case, master: bytes) -> bytes:
    rows = [*_commit(case.committed, master), *_blanks(case, master)]
    return commitments.root_of(_finding(case, master), rows)


def basis_of(case: Case) -> Basis:
    """Return by what a case was judged."""
    parameters = digest(override_parameters(Parameters(), case.job.parameters))
    return Basis(", ".join(case.plan_versions), parameters, korgoo.__version__)


def _describe(case: Case, *, end_ms: int, **more: Any) -> bytes:  # noqa: ANN401 - fields of Description
    basis = basis_of(case)
    described = Description(
        clock=case.job.clock,
        end_ms=end_ms,
        overrides=case.overrides,
        parameters=basis.parameters,
        plans=case.plan_versions,
        engine=basis.engine,
        discreet=case.is_discreet,
        **more,
    )
    return canonical(msgspec.to_builtins(described))


def _sealed_files(case: Case, master: bytes, engine: bytes, *, tz: str) -> dict[str, bytes]:
    rows = case.rows
    files = {
        CASE_FILE: _describe(
            case,
            end_ms=case.job.end_ms,
            finding=case.job.finding,
            salt=commitments.text_salt(master).hex(),
        ),
        FINDING_FILE: case.lines,
        JOB_FILE: canonical(msgspec.to_builtins(case.job)),
        ROWS_FILE: msgspec.msgpack.encode([write_record(row) for row in rows]),
        SALTS_FILE: _salts(case.committed, master),
        BLANKS_FILE: canonical(sorted(blank.hex() for blank in _blanks(case, master))),
        ENGINE_FILE: engine,
        "README.txt": _README_INSIDE.encode(),
    }
    if case.proof is not None:
        files[PROOF_FILE] = msgspec.msgpack.encode(case.proof)
    for lang in LANGUAGES:
        files[f"explanation.{lang}.txt"] = "\n".join(_explain(case, Audience.COURT, lang, tz)).encode()
    return files


def _disclosed_files(case: Case, master: bytes, engine: bytes, *, tz: str) -> dict[str, bytes]:
    """Return the files of the disclosed profile: nothing in them comes from a hidden row but commitments."""
    if case.key in case.protected:
        raise ProfileError(
            "this finding is the protected person's own: only a sealed bundle can be made of it"
        )
    shown, hidden = case.split()
    numbers = case.numbers if case.is_discreet else None
    lines = cut_lines(case.lines, case.parties, is_pair=case.is_pair, numbers=numbers)
    told = Retold(shown, lines, None if hidden else case.job)
    explained = case.lines
    if case.is_discreet and not case.is_pair:
        told = retell(case, lines, shown)
        explained = told.lines
    # Only where the lines are the very ones that are committed to may they be opened.
    exact = not (hidden or case.is_discreet)
    known = {"finding": case.job.finding, "salt": commitments.text_salt(master).hex()} if exact else {}
    covered = [*_commit(hidden, master), *_blanks(case, master)]
    end_ms = 0 if case.is_veiled or case.is_discreet else case.job.end_ms
    files = {
        CASE_FILE: _describe(case, end_ms=end_ms, rederivable=told.job is not None, **known),
        FINDING_FILE: told.lines,
        ROWS_FILE: msgspec.msgpack.encode([write_record(row) for row in told.rows]),
        SALTS_FILE: _salts(_uncovered(told.rows, hidden), master),
        HIDDEN_FILE: canonical(sorted(commitment.hex() for commitment in covered)),
        ENGINE_FILE: engine,
        "README.txt": _README_DISCLOSED.encode(),
    }
    if told.job is not None:
        files[JOB_FILE] = canonical(msgspec.to_builtins(told.job))
    if case.proof is not None and shown and not case.is_discreet:
        proof = chains.hide(case.proof, {row.seq for row in shown})
        files[PROOF_FILE] = msgspec.msgpack.encode(proof)
    for lang in LANGUAGES:
        text = "\n".join(_explain(case, Audience.PARTICIPANT, lang, tz, lines=explained))
        files[f"explanation.{lang}.txt"] = text.encode()
    return files


def _uncovered(shown: Iterable[Row], hidden: Iterable[Row]) -> list[Row]:
    covered = {row.seq for row in hidden}
    return [row for row in shown if row.seq not in covered]


def cut_lines(
    lines: bytes, parties: Parties, *, is_pair: bool, numbers: Mapping[int, int] | None = None
) -> bytes:
    """Return a finding's lines as the participant's side may read them; by the rows' own numbers if given.

    Raises:
        ProfileError: it may read nothing of this finding.
    """
    views = (view(json.loads(line), Audience.PARTICIPANT, parties) for line in lines.splitlines())
    shown = [entry for entry in views if entry is not None]
    if not shown:
        raise ProfileError(NOT_SHOWN)
    if numbers is not None:
        shown = [renumber(entry, numbers) for entry in shown]
    elif not is_pair:
        # Of his own person alone: nothing is hidden, and the exact bytes can be derived again.
        return lines
    return b"".join(canonical(entry) + b"\n" for entry in shown)


def _salts(rows: Iterable[Row], master: bytes) -> bytes:
    """Return (seq, salt) of the committed rows among these."""
    committed = (row.seq for row in rows if row.kind not in OPEN_KINDS)
    return msgspec.msgpack.encode([(seq, commitments.row_salt(master, seq)) for seq in committed])


def _explain(
    case: Case, audience: Audience, lang: str, tz: str, *, lines: bytes | None = None
) -> Iterator[str]:
    parties = case.parties
    for line in (case.lines if lines is None else lines).splitlines():
        told = tell(json.loads(line), audience, lang=lang, tz=tz, parties=parties, basis=basis_of(case))
        if told is not None:
            yield told + "\n"


_README: Final = """Korgoo evidence bundle, profile %s. Format, and steps on paper: docs/evidence.md.

manifest.json lists every file with its SHA-256; manifest.sig is Ed25519 over it, by the key it names;
stamp.tsr, if it is there, is an RFC 3161 time-stamp of it; seal.sig covers those three.
Check all of it:  korgoo verify BUNDLE.zip%s
%s"""
_README_SEALED: Final = _README % (
    SEALED,
    " --key COURT_KEY.pem",
    "sealed.bin opens with the court's private key only: X25519, HKDF-SHA-256, AES-256-GCM.\n",
)
_README_DISCLOSED: Final = _README % (
    DISCLOSED,
    "",
    """What may not be shown stands in hidden.json as commitments, blanks among them; the sealed bundle of
the same finding opens them for the court. You may contest what is concluded here.
""",
)
_README_INSIDE: Final = """finding.jsonl: the finding. rows.msgpack: the rows it rests on.
engine.zip: the engine that judged them, with the pins of what it needs. job.json: how to run it.
proof.msgpack: the journal's hashes and links.
salts.msgpack: what opens the commitments of the disclosed bundle of the same finding.
"""
