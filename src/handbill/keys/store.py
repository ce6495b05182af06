"""The encrypted store of a newsroom's private keys, outside the newsroom's folder.

Format: docs/formats/keys.md. Argon2id (RFC 9106) opens it, XChaCha20-Poly1305 seals it, its
header is authenticated. Python cannot wipe memory: while a store is open, its keys are in RAM.
"""

import contextlib
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import platformdirs
from nacl import bindings, exceptions, pwhash, utils

from handbill.errors import FormatError, HandbillError, KeysLocked, NeedsNewer
from handbill.files import read_inside, write_whole

NAME = "keys.store"
BEFORE = "keys.store.before"
MAX_STORE_BYTES = 16 << 20
MIN_PASSPHRASE = 12
_MAGIC = b"handbill keys 1\n"
_SALT, _NONCE = pwhash.argon2id.SALTBYTES, 24
_AUTHENTICATED = 16
_FORGOTTEN_S = 60


@dataclass(frozen=True, slots=True)
class Cost:
    """How hard a passphrase is to guess: Argon2id's passes and memory in bytes."""

    passes: int = pwhash.argon2id.OPSLIMIT_MODERATE
    memory: int = pwhash.argon2id.MEMLIMIT_MODERATE


MAX_COST = Cost(32, 2 << 30)


def state_root() -> Path:
    """Return the folder of all stores: ``HANDBILL_STATE``, or the system's place for user data."""
    given = os.environ.get("HANDBILL_STATE")
    return Path(given) if given else Path(platformdirs.user_data_path("handbill"))


def refuse_short(passphrase: str) -> None:
    """Refuse a passphrase that is too short to protect anybody.

    Raises:
        KeysLocked
    """
    if len(passphrase) < MIN_PASSPHRASE:
        raise KeysLocked(
            f"passphrase: {len(passphrase)} characters, expected at least {MIN_PASSPHRASE}",
            hint="six random words are easier to remember and much harder to guess",
        )


def seal(content: dict[str, Any], passphrase: str, cost: Cost) -> bytes:
    """Encrypt a store's content.

    Raises:
        KeysLocked: the passphrase is too short to protect anybody.
    """
    refuse_short(passphrase)
    salt, nonce = utils.random(_SALT), utils.random(_NONCE)
    header = {
        "needs": [],
        "kdf": "argon2id",
        "passes": cost.passes,
        "memory": cost.memory,
        "salt": salt.hex(),
        "nonce": nonce.hex(),
    }
    top = _MAGIC + json.dumps(header, separators=(",", ":")).encode() + b"\n"
    key = pwhash.argon2id.kdf(32, passphrase.encode(), salt, cost.passes, cost.memory)
    plain = json.dumps(content, separators=(",", ":")).encode()
    return top + bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, top, nonce, key)


def unseal(data: bytes, passphrase: str, name: str = NAME) -> tuple[dict[str, Any], Cost]:
    """Decrypt a store; ``name`` is what messages call it.

    Raises:
        NeedsNewer, FormatError
        KeysLocked: the passphrase is wrong, or a byte of the store was changed.
    """
    lines = data.split(b"\n", 2)
    match = re.fullmatch(rb"handbill keys ([1-9][0-9]{0,8})", lines[0])
    if not match or len(lines) != 3:
        raise FormatError(f"{name}: is not a key store")
    if match[1] != b"1":
        raise NeedsNewer(f"{name}: version {match[1].decode()}, this release knows 1")
    try:
        header = json.loads(lines[1])
        cost = Cost(int(header["passes"]), int(header["memory"]))
        salt, nonce = bytes.fromhex(header["salt"]), bytes.fromhex(header["nonce"])
        needs = header["needs"]
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError(f"{name}: its header cannot be read ({error})") from error
    if needs:
        raise NeedsNewer(f"{name}: needs {needs!r}"[:200])
    sizes = (len(salt), len(nonce)) == (_SALT, _NONCE) and len(lines[2]) >= _AUTHENTICATED
    if not sizes or not (1 <= cost.passes <= MAX_COST.passes and cost.memory <= MAX_COST.memory):
        raise FormatError(f"{name}: its header asks for what no store of ours asks for")
    top = _MAGIC + lines[1] + b"\n"
    try:
        key = pwhash.argon2id.kdf(32, passphrase.encode(), salt, cost.passes, cost.memory)
        plain = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(lines[2], top, nonce, key)
    except (exceptions.CryptoError, ValueError) as error:
        raise KeysLocked(
            "keys: the passphrase is wrong, or the store was damaged",
            hint="try again; if it fails, restore your backup: handbill keys restore",
        ) from error
    return dict(json.loads(plain)), cost


def load(folder: Path, passphrase: str) -> tuple[dict[str, Any], Cost, str]:
    """Open the store in ``folder``; what an interrupted save left beside it goes.

    The last value is the store's :func:`mark`.

    Raises:
        KeysLocked: there is none, or the passphrase is wrong.
    """
    try:
        data = read_inside(folder, NAME, MAX_STORE_BYTES)
    except FileNotFoundError as error:
        raise KeysLocked(
            "keys: this computer holds no keys of this newsroom",
            hint="put them here from a backup: handbill keys restore FILE",
        ) from error
    content, cost = unseal(data, passphrase)
    with contextlib.suppress(OSError):  # a store on a read-only medium can still be read
        (folder / BEFORE).unlink(missing_ok=True)
        for left in folder.glob(".new-*"):
            if time.time() - left.stat().st_mtime > _FORGOTTEN_S:
                left.unlink(missing_ok=True)
    return content, cost, sha256(data).hexdigest()


def mark(folder: Path) -> str:
    """Return what tells whether the store in ``folder`` is the one that was opened."""
    return sha256(read_inside(folder, NAME, MAX_STORE_BYTES)).hexdigest()


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other programs from changing keys meanwhile, where the system lets us."""
    if os.name == "nt":
        yield
        return
    import fcntl  # noqa: PLC0415  (not on Windows)

    fd = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def sync(folder: Path) -> None:
    """Bring the names of files just written onto the disk, where the system can."""
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(fd)
    finally:
        os.close(fd)


def create(path: Path, data: bytes) -> None:
    """Write a new file of keys, which may lie on a drive: nothing is renamed there, and what is
    read back comes from the drive, where the system lets us. What cannot be written whole goes.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    fd = os.open(path, flags, 0o600)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
        os.fsync(fd)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(fd)
    sync(path.parent)


def save(folder: Path, content: dict[str, Any], passphrase: str, cost: Cost) -> None:
    """Write the store whole, keeping the one before until the new one has been opened.

    Nothing older stays beside it: a destroyed key must not survive in a forgotten copy.
    """
    data = seal(content, passphrase, cost)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path, before = folder / NAME, folder / BEFORE
    if path.exists():
        write_whole(before, path.read_bytes(), mode=0o600)
    write_whole(path, data, mode=0o600)
    try:
        unseal(path.read_bytes(), passphrase)
    except HandbillError:
        if before.exists():
            before.replace(path)
        raise
    sync(folder)
    for left in (before, *folder.glob(".new-*")):
        left.unlink(missing_ok=True)
