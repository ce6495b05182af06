"""Keep a desk: back it up, restore it, move it elsewhere, remove what is past its time."""

from handbill.desk.secrets import derive


def backup_key(secret: bytes) -> bytes:
    """Return the key of backups: who lacks the desk's secret cannot even try passphrases."""
    return derive(secret, "backup")
