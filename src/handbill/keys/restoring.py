"""Put a backup's keys on a computer. Format: docs/formats/keys.md, "Backups"."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handbill.errors import FormatError, KeysLocked
from handbill.keys import desk, ring, roots, store


def restore(content: Mapping[str, Any], passphrase: str, *, state: Path | None = None) -> str:
    """Put a backup's keys on this computer; returns the newsroom id.

    Raises:
        KeysLocked: this computer holds keys of that newsroom already.
        FormatError: the backup contradicts itself.
    """
    try:
        public, newsroom = ring.checked(content["public"]), str(content["newsroom"])
        first = bytes.fromhex(public["roots"][0])
        kept = {"keys": content["keys"], "reservations": content["reservations"], "seals": []}
        if "desk_secret" in content:  # backups made before desks have none
            kept["desk_secret"] = bytes.fromhex(content["desk_secret"]).hex()
        kept[desk.RETIRED] = desk.read_retired(content.get(desk.RETIRED, []))
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(f"backup: is not as specified ({error})") from error
    if roots.newsroom_id(first) != newsroom:
        raise FormatError("backup: its first root is another newsroom's")
    folder = (state or store.state_root()) / newsroom
    if (folder / store.NAME).exists():
        raise KeysLocked(
            f"{folder}: holds keys of this newsroom already",
            hint="nothing was changed; move that folder away if it is the broken one",
        )
    # The store comes last: killed before, the same command goes on.
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ring.write_public(folder, public)
    store.save(folder, kept, passphrase, store.Cost())
    return newsroom
