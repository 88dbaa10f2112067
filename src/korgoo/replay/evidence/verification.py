"""Verifies bundles anywhere, without a database: every byte, the signature, the links, the finding itself."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from korgoo.planning.instants import parse_instant
from korgoo.replay.derivation import JOB_FILE, ROWS_FILE, Job
from korgoo.replay.evidence import bundles as names
from korgoo.replay.evidence import chains, commitments, keys
from korgoo.replay.evidence.archive import ArchiveError, read_archive
from korgoo.replay.evidence.cases import OPEN_KINDS
from korgoo.replay.evidence.commitments import canonical
from korgoo.replay.evidence.differences import judge_today, tell_difference, tell_today
from korgoo.replay.evidence.packed import PackedError, compare_pins, run_packed
from korgoo.replay.judging import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from korgoo.replay.derivation import Record


_OPEN: Final = frozenset(kind.value for kind in OPEN_KINDS)


class Grade(StrEnum):
    """How a check came out."""

    GOOD = "good"
    OPEN = "open"  # could not be checked with what was given
    NOTE = "note"
    BAD = "bad"


class Check(NamedTuple):
    """One line of a report."""

    grade: Grade
    told: str


class BrokenError(ValueError):
    """The bundle is not as it was made; nothing after this can be believed."""


class Opened(msgspec.Struct, frozen=True):
    """A bundle whose bytes, hashes and signatures hold. `inner` are the files of its content, once open."""

    manifest: dict[str, Any]
    stamp: bytes | None
    manifest_bytes: bytes
    inner: dict[str, bytes] | None

    @property
    def signer(self) -> bytes:
        """Return the public key that signed it."""
        return bytes.fromhex(self.manifest["signer"]["public_key"])

    @property
    def profile(self) -> str:
        """Return sealed or disclosed."""
        return str(self.manifest["profile"])


def open_bundle(data: bytes, *, key: X25519PrivateKey | None = None) -> Opened:
    """Return a bundle after every byte of it has been accounted for.

    Raises:
        BrokenError: a byte was changed, or it is no bundle.
        UnsealError: it does not open with this key.
    """
    try:
        files = read_archive(data)
    except ArchiveError as error:
        raise BrokenError(str(error)) from error
    manifest = _read_manifest(files.get(names.MANIFEST, b""))
    public = bytes.fromhex(manifest["signer"]["public_key"])
    if not keys.is_signed(public, files.get(names.SIGNATURE, b""), files[names.MANIFEST]):
        raise BrokenError("the signature of the manifest does not hold")
    if not keys.is_signed(public, files.get(names.SEAL, b""), names.seal_of(files)):
        raise BrokenError("the seal over manifest, signature and time-stamp does not hold")
    _check_files(files, manifest)
    inner: dict[str, bytes] | None = files
    if manifest["profile"] == names.SEALED:
        inner = None if key is None else _open_inner(files[names.SEALED_FILE], key)
    return Opened(manifest, files.get(names.STAMP), files[names.MANIFEST], inner)


def _read_manifest(content: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(content)
        public = bytes.fromhex(manifest["signer"]["public_key"])
        listed = {name: (entry["sha256"], entry["size"]) for name, entry in manifest["files"].items()}
        known = manifest["format"] == names.FORMAT and manifest["profile"] in (names.SEALED, names.DISCLOSED)
        roots = (manifest["commitments"]["case"], manifest["commitments"]["finding"])
        parse_instant(manifest["made_at"])
        whole = isinstance(manifest["stamped"], bool) and isinstance(manifest["engine_sha256"], str)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BrokenError("it holds no manifest of korgoo evidence") from error
    if not known or not whole or not listed or len(public) != commitments.SALT_BYTES or not all(roots):
        raise BrokenError(f"it is no bundle of the format {names.FORMAT}")
    if canonical(manifest) != content:
        raise BrokenError("its manifest is not in canonical form")
    return dict(manifest)


def _check_files(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    own = {names.MANIFEST, names.SIGNATURE, names.SEAL} | ({names.STAMP} if manifest["stamped"] else set())
    if set(files) != set(manifest["files"]) | own:
        raise BrokenError("it holds other files than its manifest lists")
    for name, entry in manifest["files"].items():
        if len(files[name]) != entry["size"] or hashlib.sha256(files[name]).hexdigest() != entry["sha256"]:
            raise BrokenError(f"{name} is not as it was made")


def _open_inner(sealed: bytes, key: X25519PrivateKey) -> dict[str, bytes]:
    try:
        return read_archive(keys.unseal(sealed, key))
    except ArchiveError as error:
        raise BrokenError(f"what was sealed: {error}") from error


def check_content(opened: Opened, *, run: bool) -> Iterator[Check]:
    """Yield what an open bundle's content proves; `run` lets the packed engine run.

    Raises:
        BrokenError: the content contradicts the manifest, or is not what its format says.
    """
    try:
        yield from _check_content(opened, run=run)
    except BrokenError:
        raise
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:  # signed, and malformed
        raise BrokenError(f"its content cannot be read: {type(error).__name__}") from error


def _check_content(opened: Opened, *, run: bool) -> Iterator[Check]:
    inner = opened.inner
    if inner is None:
        yield Check(Grade.OPEN, "the content is sealed: give the court's key with --key to look into it")
        return
    case = read_case(inner)
    records = read_records(inner[ROWS_FILE])
    if hashlib.sha256(inner[names.ENGINE_FILE]).hexdigest() != opened.manifest["engine_sha256"]:
        raise BrokenError("the packed engine is another than the manifest names")
    yield _check_commitments(opened, case, records)
    yield _check_chain(inner, records)
    if not case.rederivable:
        hidden = len(read_list(inner, names.HIDDEN_FILE))
        told = f"{hidden:,} commitments cover what is not shown: the sealed bundle derives the finding"
        yield Check(Grade.OPEN, told)
        return
    if not run:
        yield Check(Grade.OPEN, "the packed engine was not run (--no-run)")
        return
    yield from _judge_again(inner, case, records)


def read_case(inner: dict[str, bytes]) -> names.Description:
    """Return case.json.

    Raises:
        BrokenError: a file of the content is missing, or it cannot be read.
    """
    wanted = {names.CASE_FILE, names.FINDING_FILE, ROWS_FILE, names.SALTS_FILE, names.ENGINE_FILE}
    missing = sorted(wanted - set(inner))
    if missing:
        raise BrokenError(f"{missing[0]} is missing")
    try:
        return msgspec.json.decode(inner[names.CASE_FILE], type=names.Description)
    except msgspec.DecodeError as error:
        raise BrokenError("case.json cannot be read") from error


def read_records(content: bytes) -> list[Record]:
    """Return the records of rows.msgpack.

    Raises:
        BrokenError: it cannot be read.
    """
    try:
        return msgspec.msgpack.decode(content, type=list[tuple[int, int, str, str, bytes]])
    except msgspec.DecodeError as error:
        raise BrokenError("rows.msgpack cannot be read") from error


def read_list(inner: dict[str, bytes], name: str) -> list[str]:
    """Return a file that holds a list of texts.

    Raises:
        BrokenError: it is missing, or holds something else.
    """
    try:
        return msgspec.json.decode(inner[name], type=list[str])
    except (KeyError, msgspec.DecodeError) as error:
        raise BrokenError(f"{name} cannot be read") from error


def committed_rows(inner: dict[str, bytes]) -> dict[int, bytes]:
    """Return the commitments of the rows that a profile shows, by their numbers.

    Raises:
        BrokenError: a row has no salt.
    """
    try:
        salts = dict(msgspec.msgpack.decode(inner[names.SALTS_FILE], type=list[tuple[int, bytes]]))
    except msgspec.DecodeError as error:
        raise BrokenError("salts.msgpack cannot be read") from error
    found, discreet = {}, read_case(inner).discreet
    for record in numbered_records(inner):
        if discreet and record[0] not in salts:
            continue  # covered, for a radio that its device heard, or so that no row stands out
        if record[0] not in salts:
            raise BrokenError(f"row {record[0]} has no salt")
        found[record[0]] = commitments.commit_row(salts[record[0]], record)
    return found


def numbered_records(inner: dict[str, bytes]) -> list[Record]:
    """Return the records that are committed to, by the numbers under which they are."""
    records = [record for record in read_records(inner[ROWS_FILE]) if record[2] not in _OPEN]
    if not read_case(inner).discreet or names.HIDDEN_FILE in inner:
        return records
    return [(number, *record[1:]) for number, record in enumerate(records, 1)]


def _check_commitments(opened: Opened, case: names.Description, records: list[Record]) -> Check:
    inner, told = opened.inner or {}, opened.manifest["commitments"]
    covering = names.HIDDEN_FILE if opened.profile == names.DISCLOSED else names.BLANKS_FILE
    shown = [*committed_rows(inner).values(), *(bytes.fromhex(text) for text in read_list(inner, covering))]
    finding = bytes.fromhex(told["finding"])
    if case.salt:
        finding = commitments.commit_finding(bytes.fromhex(case.salt), inner[names.FINDING_FILE])
    if finding.hex() != told["finding"] or commitments.root_of(finding, shown).hex() != told["case"]:
        raise BrokenError("finding and rows are not those that the manifest commits to")
    return Check(Grade.GOOD, f"finding and {len(records):,} rows are those that the manifest commits to")


def _check_chain(inner: dict[str, bytes], records: list[Record]) -> Check:
    if names.PROOF_FILE not in inner:
        return Check(Grade.NOTE, "the rows come from files, not from a journal: there are no links to check")
    try:
        proof = msgspec.msgpack.decode(inner[names.PROOF_FILE], type=chains.Proof)
        linked, opened = chains.check_proof(proof, records)
    except (msgspec.DecodeError, chains.ProofError) as error:
        raise BrokenError(f"the journal's links do not hold: {error}") from error
    told = f"{linked:,} rows hang in {len(proof.groups):,} groups of the journal, {opened:,} opened by key"
    return Check(Grade.GOOD, f"{told}; its head then was {proof.head[0]}:{proof.head[1].hex()}")


def _judge_again(inner: dict[str, bytes], case: names.Description, records: list[Record]) -> Iterator[Check]:
    """Derive the finding with the packed engine, then with the one installed here."""
    recorded = inner[names.FINDING_FILE].decode().splitlines()
    for difference in compare_pins(inner[names.ENGINE_FILE]):
        yield Check(Grade.NOTE, difference)
    try:
        told = run_packed(inner[names.ENGINE_FILE], inner[JOB_FILE], inner[ROWS_FILE])
    except PackedError as error:
        yield Check(Grade.BAD, str(error))
        return
    if told == recorded:
        yield Check(Grade.GOOD, "packed engine: the same bytes")
    else:
        yield Check(Grade.BAD, f"packed engine: other bytes: {tell_difference(recorded, told)}")
    try:
        today = judge_today(records, msgspec.json.decode(inner[JOB_FILE], type=Job), case.overrides)
    except (ParameterError, msgspec.DecodeError, ValueError, KeyError) as error:
        yield Check(Grade.NOTE, f"today's engine cannot judge these rows: {error}")
        return
    yield Check(Grade.NOTE, f"today's engine: {tell_today(recorded, today)}")
