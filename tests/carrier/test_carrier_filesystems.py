"""Editions on the file systems of real drives: FAT32 by mtools, exFAT by its own driver."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from handbill.carrier.copy import copy_edition
from handbill.edition.judge import Verdict
from handbill.edition.verify import verify_edition
from handbill.errors import DriveFailed
from handbill.paths import human_name

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "edition"))
from samples import FILM, Newsroom

TITLES = (
    "마지막 나룻배",
    "آخرین قایق می\u200cرود",
    "El mañana: ¿sí? *o* <no>",
    "The ferry " * 30,
    "Ǆ ﬁ",
)


class Named(Newsroom):
    """An edition whose films are named as titles of many languages ask."""

    def payload(self) -> dict[str, bytes]:
        names = [human_name(title, fallback="film") for title in TITLES]
        named = {f"films/{name} {n}.mp4": FILM for n, name in enumerate(names)}
        return super().payload() | named | {"films/large.mp4": bytes(range(251)) * 40_000}


def tool(name: str) -> str:
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def image(path: Path, mkfs: str, *words: str) -> Path:
    with path.open("wb") as file:
        file.truncate(64 << 20)
    subprocess.run([tool(mkfs), *words, str(path)], check=True, capture_output=True)
    return path


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    Named().press(tmp_path / "edition")
    return tmp_path / "edition"


def test_fat32_keeps_every_name_and_byte(edition: Path, tmp_path: Path) -> None:
    disk = image(tmp_path / "fat.img", "mkfs.fat", "-F", "32")
    (tmp_path / "back").mkdir()
    mcopy = [tool("mcopy"), "-s", "-i", str(disk)]
    utf8 = {**os.environ, "LC_ALL": "C.UTF-8"}
    subprocess.run([*mcopy, *map(str, edition.iterdir()), "::"], check=True, env=utf8)
    subprocess.run([*mcopy, "::*", str(tmp_path / "back")], check=True, env=utf8)
    report = verify_edition(tmp_path / "back")
    assert (report.verdict, report.absent, report.foreign_count) == (Verdict.GENUINE, (), 0)


@pytest.fixture
def exfat(tmp_path: Path) -> Iterator[Path]:
    disk, folder = image(tmp_path / "exfat.img", "mkfs.exfat"), tmp_path / "drive"
    folder.mkdir()
    mount = tool("mount.exfat-fuse")
    losetup = [tool("losetup"), "-f", "--show", str(disk)]
    loop = subprocess.run(losetup, check=False, capture_output=True, text=True)
    if loop.returncode:
        pytest.skip(f"no loop device may be used here ({loop.stderr.strip()})")
    device = loop.stdout.strip()
    try:
        mounting = [mount, device, str(folder)]
        done = subprocess.run(mounting, check=False, capture_output=True, text=True, timeout=30)
        if not os.path.ismount(folder):
            pytest.skip(f"exFAT cannot be mounted here ({done.stderr.strip()[-200:]})")
        yield folder
    finally:
        subprocess.run([tool("umount"), folder], check=False, capture_output=True)
        subprocess.run([tool("losetup"), "-d", device], check=False, capture_output=True)


def fill(path: Path) -> None:
    """Write until the drive is full to the last block."""
    with path.open("wb", buffering=0) as file:
        for block in (1 << 20, 4096):
            with contextlib.suppress(OSError):
                while file.write(bytes(block)) == block:
                    pass


def test_a_real_exfat_drive_is_written_and_filled_and_goes_on(exfat: Path, edition: Path) -> None:
    copy_edition(edition, exfat)
    assert verify_edition(exfat).verdict is Verdict.GENUINE
    fill(exfat / "theirs.bin")
    Named().press(edition.parent / "two", 2)
    with pytest.raises(DriveFailed, match="bytes free"):
        copy_edition(edition.parent / "two", exfat)
    assert verify_edition(exfat).verdict is Verdict.GENUINE
    (exfat / "theirs.bin").unlink()
    copy_edition(edition.parent / "two", exfat)
    report = verify_edition(exfat)
    assert (report.verdict, report.number) == (Verdict.GENUINE, 2)
