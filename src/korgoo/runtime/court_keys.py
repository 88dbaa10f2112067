"""The courts' public keys of an installation: files that whoever runs the server has put there.

Who asks for a sealed bundle chooses from them and brings none along: with a key of his own he could open
what only the court may read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.replay.evidence.keys import KeyFileError, fingerprint, load_court_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    from korgoo.conf.environment import Environment

FOLDER: Final = "court_keys"
_LONGEST_NAME: Final = 100


class CourtKey(NamedTuple):
    """A court's key: the file's name without its ending, and what people compare."""

    name: str
    fingerprint: str
    key: X25519PublicKey


def list_court_keys(environment: Environment) -> list[CourtKey]:
    """Return the keys in DATA/court_keys/*.pub by name; a file that is no such key is passed over."""
    found = []
    for path in sorted((environment.data / FOLDER).glob("*.pub")):
        try:
            key = load_court_key(path)
        except KeyFileError:
            continue  # `korgoo doctor` names it
        if len(path.stem) <= _LONGEST_NAME and path.stem.isprintable():
            found.append(CourtKey(path.stem, fingerprint(key.public_bytes_raw()), key))
    return found


def list_broken_keys(environment: Environment) -> list[str]:
    """Return why files in DATA/court_keys are no keys, a sentence each."""
    problems = []
    for path in sorted((environment.data / FOLDER).glob("*")):
        try:
            load_court_key(path)
        except KeyFileError as error:
            problems.append(str(error))
        else:
            if path.suffix != ".pub":
                problems.append(f"{path}: a court's key is named NAME.pub")
    return problems


def find_court_key(environment: Environment, *, name: str, wanted: str) -> X25519PublicKey:
    """Return the key of that name.

    Raises:
        KeyFileError: it is gone, or another one than when it was chosen (`wanted` is the fingerprint).
    """
    for court in list_court_keys(environment):
        if court.name == name and court.fingerprint == wanted:
            return court.key
    raise KeyFileError(f"the key of {name} was taken away or changed since: ask again")
