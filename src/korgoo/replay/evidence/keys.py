"""Keys of evidence: Ed25519 signs a bundle, X25519 with AES-256-GCM seals one for a court."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

KEY_FILE: Final = "evidence_key.pem"
_MAGIC: Final = b"korgoo-sealed-1\n"
_POINT: Final = 32
_NONCE: Final = 12


class KeyFileError(ValueError):
    """A key file cannot be used; the message says why, and never what it holds."""


class UnsealError(ValueError):
    """A sealed content does not open with this key."""


def load_signing_key(path: Path, *, make: bool = False) -> Ed25519PrivateKey:
    """Return the signing key of a PEM file; `make` makes one, readable by its owner only, where none is.

    Raises:
        KeyFileError: it cannot be read, or is no Ed25519 private key without a passphrase.
    """
    if make and not path.exists():
        _write_key(path)
    key = _private(path)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path}: no Ed25519 key; make one with openssl genpkey -algorithm ed25519")
    return key


def _write_key(path: Path) -> None:
    """Write a new key aside and link it into place: of two that start together one wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle, written = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(pem)
            opened.flush()
            os.fsync(opened.fileno())
        try:
            os.link(written, path)
        except FileExistsError:
            return
    finally:
        Path(written).unlink()


def _private(path: Path) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError(f"{path}: no private key in PEM without a passphrase") from error


def secret_of(key: Ed25519PrivateKey) -> bytes:
    """Return the 32 secret bytes from which salts are made."""
    return key.private_bytes_raw()


def public_of(key: Ed25519PrivateKey) -> bytes:
    """Return the 32 bytes of the public key."""
    return key.public_key().public_bytes_raw()


def fingerprint(public: bytes) -> str:
    """Return what people compare: the first 32 hex digits of the public key's SHA-256."""
    digest = Hash(SHA256())
    digest.update(public)
    return digest.finalize().hex()[:32]


def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether the signature over the message is that key's."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def load_court_key(path: Path) -> X25519PublicKey:
    """Return the public key to which a bundle is sealed, from a PEM file.

    Raises:
        KeyFileError: it cannot be read, or is no X25519 public key.
    """
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFileError(f"{path}: no public key in PEM") from error
    if not isinstance(key, X25519PublicKey):
        raise KeyFileError(f"{path}: no X25519 key; make one with openssl genpkey -algorithm x25519")
    return key


def load_opening_key(path: Path) -> X25519PrivateKey:
    """Return the court's own key, from a PEM file.

    Raises:
        KeyFileError: it cannot be read, or is no X25519 private key without a passphrase.
    """
    key = _private(path)
    if not isinstance(key, X25519PrivateKey):
        raise KeyFileError(f"{path}: no X25519 private key")
    return key


def seal(content: bytes, recipient: X25519PublicKey) -> bytes:
    """Return the content sealed to a key: magic, our one-time public key, nonce, ciphertext with tag."""
    once = X25519PrivateKey.generate()
    point, nonce = once.public_key().public_bytes_raw(), os.urandom(_NONCE)
    key = _derive(once.exchange(recipient), point, recipient)
    return _MAGIC + point + nonce + AESGCM(key).encrypt(nonce, content, _MAGIC)


def unseal(sealed: bytes, key: X25519PrivateKey) -> bytes:
    """Return what was sealed to this key.

    Raises:
        UnsealError: it was sealed to another key, or is damaged.
    """
    start = len(_MAGIC) + _POINT
    if not sealed.startswith(_MAGIC) or len(sealed) < start + _NONCE:
        raise UnsealError("this is nothing sealed by korgoo evidence")
    try:
        point = X25519PublicKey.from_public_bytes(sealed[len(_MAGIC) : start])
        secret = key.exchange(point)
        derived = _derive(secret, sealed[len(_MAGIC) : start], key.public_key())
        return AESGCM(derived).decrypt(sealed[start : start + _NONCE], sealed[start + _NONCE :], _MAGIC)
    except (InvalidTag, ValueError) as error:
        raise UnsealError("it does not open with this key") from error


def _derive(secret: bytes, point: bytes, recipient: X25519PublicKey) -> bytes:
    salt = point + recipient.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"korgoo evidence seal").derive(secret)
