"""What a desk that is open may learn without the passphrase: the newest sealing keys.

``desk.fresh`` beside the store, sealed under the desk's secret, which an open desk has in memory
and a seized disk has not. It holds no key that signs, and few sealing keys:
a desk that is open knows the older ones. Format: docs/formats/keys.md.
"""

import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from handbill.errors import HandbillError
from handbill.files import read_inside, write_whole

NAME = "desk.fresh"
NEWEST = 8
_MAX_BYTES = 16 << 20
_SIGNING = ("keys", "desk_secret")


def write(folder: Path, content: Mapping[str, Any]) -> None:
    """Write a store's newest sealing keys, and with them everything but what signs or hides."""
    if "desk_secret" not in content:
        return
    part = {name: value for name, value in content.items() if name not in _SIGNING}
    part["seals"] = sorted(content["seals"], key=lambda row: int(row["number"]))[-NEWEST:]
    box = _box(bytes.fromhex(content["desk_secret"]))
    data = bytes(box.encrypt(json.dumps(part, separators=(",", ":")).encode()))
    write_whole(folder / NAME, data, mode=0o600)


def read(folder: Path, secret: bytes) -> dict[str, Any] | None:
    """Return what was written last; nothing where it is not there or was changed."""
    try:
        return dict(json.loads(_box(secret).decrypt(read_inside(folder, NAME, _MAX_BYTES))))
    except (OSError, ValueError, HandbillError, CryptoError):
        return None


def _box(secret: bytes) -> SecretBox:
    return SecretBox(hmac.digest(secret, b"handbill desk fresh sealing keys", "sha256"))
