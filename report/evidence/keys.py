"""The key that signs evidence packs: Ed25519, made once, kept in the home, never in a pack.

Whoever checks a pack needs the public half alone, so an office hands that out; the pack carries
it too, but a pack signed with another key is told apart only by the key of the office.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

if TYPE_CHECKING:
    from pathlib import Path

FOLDER, SECRET, PUBLIC = "keys", "evidence.pem", "evidence.pub.pem"
_LARGEST = 16 * 1024


class EvidenceError(Exception):
    """A pack or a key that cannot be made or used; the message says why in Chinese."""


def signing_key(home: Path) -> Ed25519PrivateKey:
    """The key of this home, made when there is none; readable by its owner alone."""
    path = home / FOLDER / SECRET
    try:
        if not path.exists():
            _make(path)
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise EvidenceError(f"签名密钥 {path} 无法读写：{error.strerror}") from error
    except ValueError as error:
        raise EvidenceError(f"签名密钥 {path} 已损坏") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise EvidenceError(f"签名密钥 {path} 不是 Ed25519 密钥")
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
    path.with_name(PUBLIC).write_bytes(public_pem(key.public_key()))


def known_public(home: Path) -> bytes | None:
    """The public half of this home's key, if it ever signed anything."""
    path = home / FOLDER / PUBLIC
    return path.read_bytes() if path.is_file() else None


def public_pem(key: Ed25519PublicKey) -> bytes:
    """The public half as PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_public(pem: bytes) -> Ed25519PublicKey:
    """A public key from PEM. Raises EvidenceError."""
    try:
        key = load_pem_public_key(pem[:_LARGEST])
    except ValueError as error:
        raise EvidenceError("公钥文件无法识别（应为 PEM）") from error
    if not isinstance(key, Ed25519PublicKey):
        raise EvidenceError("公钥不是 Ed25519 公钥")
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """By which people name a key: SHA-256 of its raw bytes, the first 16 bytes in hex."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:32]


def signed_by(key: Ed25519PublicKey, signature: bytes, body: bytes) -> bool:
    """Whether the signature over the body was made with the key's other half."""
    try:
        key.verify(signature, body)
    except InvalidSignature:
        return False
    return True
