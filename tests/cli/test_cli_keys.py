"""The keys of a newsroom through the command line: found, appoint, cosign, rotate, withdraw."""

import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tuf.api.exceptions import RepositoryError
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet

from handbill.cli.cmd_keys import opened
from handbill.cli.main import group
from handbill.errors import HandbillError, UsageError
from handbill.keys.ring import KeyRing, Published


def run(*words: object) -> Result:
    return CliRunner().invoke(group, [str(w) for w in words])


def ok(*words: object) -> str:
    result = run(*words)
    assert result.exit_code == 0, (words, result.output, result.exception)
    return result.output


@pytest.fixture
def newsroom(state: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    said = json.loads(ok("new", folder, "--name", "The Far Shore", "--json"))
    assert len(said["newsroom"]) == 64
    return folder


def press(newsroom: Path, out: Path) -> dict[str, object]:
    return dict(json.loads(ok("press", newsroom, "--out", out, "--json")))


def verdict(path: Path, *more: object) -> str:
    return str(json.loads(run("verify", path, "--json", *more).output.splitlines()[0])["verdict"])


def stock(edition: Path) -> TrustedMetadataSet:
    """Walk the edition as python-tuf's own client does, from the first root on."""
    from securesystemslib.exceptions import UnverifiedSignatureError  # noqa: F401
    from tuf.ngclient.config import EnvelopeType

    meta = edition / "_edition/metadata"
    trusted = TrustedMetadataSet((meta / "1.root.json").read_bytes(), EnvelopeType.METADATA)
    for number in range(2, 99):
        if not (meta / f"{number}.root.json").exists():
            break
        trusted.update_root((meta / f"{number}.root.json").read_bytes())
    trusted.update_timestamp((meta / "timestamp.json").read_bytes())
    trusted.update_snapshot((meta / "snapshot.json").read_bytes())
    trusted.update_delegated_targets((meta / "targets.json").read_bytes(), "targets", "root")
    for name, target in trusted.targets.targets.items():
        target.verify_length_and_hashes((edition / "_edition/targets" / name).read_bytes())
    return trusted


def test_a_new_newsroom_presses_and_verifies(newsroom: Path, tmp_path: Path) -> None:
    assert "Nothing to mend" in ok("press", newsroom, "--check")
    assert press(newsroom, tmp_path / "e")["number"] == 1
    assert verdict(tmp_path / "e") == "genuine"
    assert stock(tmp_path / "e").targets.version == 1
    assert press(newsroom, tmp_path / "e")["unchanged"] is True


@pytest.mark.parametrize("language", ["ko", "es", "fa", "ar"])
def test_a_newsroom_starts_in_every_language(state: Path, tmp_path: Path, language: str) -> None:
    folder = tmp_path / "room"
    ok("new", folder, "--language", language, "--no-keys")
    assert "Nothing to mend" in ok("press", folder, "--check")
    assert isinstance(run("new", folder).exception, UsageError)


def test_a_newsroom_whose_keys_are_missing_says_how_to_make_them(
    state: Path, tmp_path: Path
) -> None:
    ok("new", tmp_path / "room", "--no-keys")
    refused = run("new", tmp_path / "room").exception
    assert isinstance(refused, UsageError)
    assert f"handbill keys make {tmp_path / 'room'}" in str(refused.hint)
    ok("keys", "make", tmp_path / "room")
    assert "new folder's name" in str(getattr(run("new", tmp_path / "room").exception, "hint", ""))


def test_words_name_the_newsroom(newsroom: Path, tmp_path: Path) -> None:
    press(newsroom, tmp_path / "e")
    words = json.loads(ok("verify", tmp_path / "e", "--json").splitlines()[0])["words"]
    for said in words.values():
        assert verdict(tmp_path / "e", "--newsroom", " ".join(said)) == "genuine"
    other = "zoo " * 7
    assert verdict(tmp_path / "e", "--newsroom", other) == "foreign"
    assert isinstance(
        run("verify", tmp_path / "e", "--newsroom", "seven wrong").exception, UsageError
    )


def test_two_editors_must_sign(newsroom: Path, tmp_path: Path) -> None:
    key = json.loads(ok("keys", "new-editor", tmp_path / "second.key", "--json"))["key"]
    dry = json.loads(
        ok("keys", "add-editor", newsroom, key, "--threshold", 2, "--dry-run", "--json")
    )
    assert dry == {"root": 2, "dry_run": True}
    ok("keys", "add-editor", newsroom, key, "--threshold", 2)
    edition = tmp_path / "e"
    assert press(newsroom, edition)["pending"] is True
    assert verdict(edition) == "forged"
    with pytest.raises(RepositoryError):
        stock(edition)
    assert "counts now" in ok("keys", "cosign", edition, tmp_path / "second.key")
    assert verdict(edition) == "genuine"
    stock(edition)
    before = {p: p.read_bytes() for p in edition.rglob("*") if p.is_file()}
    assert press(newsroom, edition)["unchanged"] is True
    assert before == {p: p.read_bytes() for p in edition.rglob("*") if p.is_file()}


def _shown_otherwise(edition: Path) -> None:
    (edition / "index.html").write_bytes(b"<!doctype html><title>what the editor is shown</title>")


def _no_first_editor(edition: Path) -> None:
    head = edition / "_edition/targets/head.txt"
    text, _, lines = head.read_text().rpartition("\n\n")
    head.write_text(text.replace("items: ", "items: 1") + "\n\n" + lines)


def _other_targets(edition: Path) -> None:
    targets = edition / "_edition/metadata/targets.json"
    targets.write_bytes(targets.read_bytes().replace(b'"length":', b'"length":1'))


@pytest.mark.parametrize("tamper", [_shown_otherwise, _no_first_editor, _other_targets])
def test_an_editor_signs_only_what_lies_there(
    newsroom: Path, tmp_path: Path, tamper: Callable[[Path], None]
) -> None:
    key = json.loads(ok("keys", "new-editor", tmp_path / "second.key", "--json"))["key"]
    ok("keys", "add-editor", newsroom, key, "--threshold", 2)
    edition = tmp_path / "e"
    press(newsroom, edition)
    tamper(edition)
    before = {p: p.read_bytes() for p in edition.rglob("*") if p.is_file()}
    refused = run("keys", "cosign", edition, tmp_path / "second.key")
    assert isinstance(refused.exception, HandbillError), refused.output
    assert refused.exception.hint
    assert before == {p: p.read_bytes() for p in edition.rglob("*") if p.is_file()}


def test_a_backup_is_no_editors_key(newsroom: Path, tmp_path: Path) -> None:
    press(newsroom, tmp_path / "e")
    ok("keys", "backup", newsroom, tmp_path / "b.keys")
    refused = run("keys", "cosign", tmp_path / "e", tmp_path / "b.keys")
    assert isinstance(refused.exception, UsageError)


@pytest.mark.parametrize("role", ["root", "editor", "press", "ssh"])
def test_a_rotation_is_accepted_by_stock_clients(newsroom: Path, tmp_path: Path, role: str) -> None:
    press(newsroom, tmp_path / "e")
    shutil.copytree(tmp_path / "e", tmp_path / "old")
    ok("keys", "rotate", newsroom, role)
    again = press(newsroom, tmp_path / "e")
    assert again["number"] == (1 if role == "ssh" else 2)
    assert verdict(tmp_path / "e", "--known", tmp_path / "old") == "genuine"
    assert stock(tmp_path / "e").root.version == (1 if role == "ssh" else 2)
    assert verdict(tmp_path / "old", "--known", tmp_path / "e") == "genuine"


@pytest.mark.parametrize("role", ["root", "editor", "press"])
def test_every_rotation_draws_as_many_keys_as_the_first(newsroom: Path, role: str) -> None:
    before = len(_ring(newsroom).held(role))
    for _ in range(4):
        ok("keys", "rotate", newsroom, role)
    held = _ring(newsroom)
    assert len(held.held(role)) == 5 * before
    gone = [key for key, _ in held.withdrawn()]
    assert len(gone) == len(set(gone)) == 4 * before


def test_a_withdrawn_key_is_never_appointed_again(newsroom: Path) -> None:
    old = _ring(newsroom).held("editor")[0].public.hex()
    ok("keys", "rotate", newsroom, "editor")
    refused = run("keys", "add-editor", newsroom, old)
    assert isinstance(refused.exception, UsageError)
    assert "withdrawn" in str(refused.exception)


@pytest.mark.parametrize("key", ["00" * 32, "01" + "00" * 31, "ff" * 32])
def test_a_key_under_which_anybody_signs_is_not_appointed(newsroom: Path, key: str) -> None:
    assert isinstance(run("keys", "add-editor", newsroom, key).exception, UsageError)


def _ring(newsroom: Path) -> KeyRing:
    return opened(newsroom, os.environ["HANDBILL_PASSPHRASE"])


def test_a_withdrawn_editor_speaks_no_more(newsroom: Path, tmp_path: Path) -> None:
    """A thief who has the old key and the old state presses an edition 2 of their own."""
    press(newsroom, tmp_path / "e")
    shutil.copytree(tmp_path / "state", tmp_path / "stolen")
    shutil.copytree(newsroom, tmp_path / "copy")
    ok("keys", "rotate", newsroom, "editor")
    press(newsroom, tmp_path / "e")
    story = tmp_path / "copy/stories/welcome.md"
    story.write_text(story.read_text() + "\nA lie.\n")
    shutil.rmtree(tmp_path / "state")
    shutil.copytree(tmp_path / "stolen", tmp_path / "state")
    press(tmp_path / "copy", tmp_path / "forged")
    assert verdict(tmp_path / "forged") == "genuine"  # alone, nothing can tell
    assert verdict(tmp_path / "forged", "--known", tmp_path / "e") == "unvouched"


def test_backup_and_restore(newsroom: Path, tmp_path: Path, state: Path) -> None:
    press(newsroom, tmp_path / "e")
    ok("keys", "backup", newsroom, tmp_path / "b.keys")
    (newsroom / "stories/welcome.md").write_text(
        (newsroom / "stories/welcome.md").read_text() + "\nMore.\n"
    )
    assert press(newsroom, tmp_path / "e")["number"] == 2
    assert isinstance(
        run("keys", "restore", tmp_path / "b.keys").exception, HandbillError | SystemExit
    )
    shutil.rmtree(state)
    ok("keys", "restore", tmp_path / "b.keys", "--edition", tmp_path / "e")
    (newsroom / "stories/welcome.md").write_text(
        (newsroom / "stories/welcome.md").read_text() + "\nYet more.\n"
    )
    assert press(newsroom, tmp_path / "e")["number"] == 3
    assert verdict(tmp_path / "e") == "genuine"


@pytest.mark.parametrize("words", [("backup", "ROOM"), ("new-editor",)])
def test_a_file_of_keys_is_written_as_on_a_drive_and_read_back(
    newsroom: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """A stick for backups is FAT: nothing is renamed there, and nothing written where it is not."""
    command = ["keys", *(newsroom if w == "ROOM" else w for w in words)]
    refused = run(*command, tmp_path / "not mounted/b.keys")
    assert isinstance(refused.exception, UsageError)
    assert not (tmp_path / "not mounted").exists()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert isinstance(run(*command, tmp_path / "link").exception, UsageError)
    assert not (tmp_path / "elsewhere").exists()
    renamed = []
    monkeypatch.setattr(Path, "replace", lambda *names: renamed.append(names))
    ok(*command, tmp_path / "b.keys")
    assert (tmp_path / "b.keys").stat().st_mode & 0o077 == 0
    assert not [names for names in renamed if names[1] == tmp_path / "b.keys"]
    torn = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: torn(fd, bytes(len(data))))
    bad = run(*command, tmp_path / "c.keys")
    assert isinstance(bad.exception, HandbillError)
    assert not (tmp_path / "c.keys").exists()


def test_an_older_edition_makes_a_backup_forget_nothing(
    newsroom: Path, tmp_path: Path, state: Path
) -> None:
    press(newsroom, tmp_path / "old")
    ok("keys", "rotate", newsroom, "editor")
    assert press(newsroom, tmp_path / "e")["number"] == 2
    ok("keys", "backup", newsroom, tmp_path / "b.keys")
    before = json.loads(next(state.glob("*/public.json")).read_text())
    shutil.rmtree(state)
    ok("keys", "restore", tmp_path / "b.keys", "--edition", tmp_path / "old")
    after = json.loads(next(state.glob("*/public.json")).read_text())
    assert after == before


def test_an_edition_that_contradicts_a_backup_is_refused(
    newsroom: Path, tmp_path: Path, state: Path
) -> None:
    shutil.copytree(state, tmp_path / "stolen")
    press(newsroom, tmp_path / "e")
    ok("keys", "backup", newsroom, tmp_path / "b.keys")
    shutil.rmtree(state)
    shutil.copytree(tmp_path / "stolen", state)
    (newsroom / "stories/welcome.md").write_text(
        (newsroom / "stories/welcome.md").read_text() + "\nA lie.\n"
    )
    press(newsroom, tmp_path / "forged")
    shutil.rmtree(state)
    refused = run("keys", "restore", tmp_path / "b.keys", "--edition", tmp_path / "forged")
    assert isinstance(refused.exception, HandbillError)
    assert "edition 1" in str(refused.exception)
    assert not list(state.glob("*"))


def test_the_last_key_of_a_role_cannot_be_withdrawn(newsroom: Path) -> None:
    roles = json.loads(ok("keys", "show", newsroom, "--json"))["roles"]
    assert run("keys", "withdraw", newsroom, roles["targets"]["keys"][0]).exit_code != 0
    ok("keys", "withdraw", newsroom, roles["root"]["keys"][0])
    assert run("keys", "withdraw", newsroom, roles["root"]["keys"][1]).exit_code != 0


def test_a_number_is_reserved_once(newsroom: Path, tmp_path: Path) -> None:
    first = json.loads(ok("keys", "reserve", newsroom, "--json"))
    assert first == json.loads(ok("keys", "reserve", newsroom, "--json"))
    press(newsroom, tmp_path / "e")
    head = (tmp_path / "e/_edition/targets/head.txt").read_text()
    assert f"edition: 1 {first['edition_id']}\n" in head


def editions(state: Path, newsroom: Path, count: int) -> None:
    """Publish ``count`` editions, the first of them long ago, without pressing them."""
    held = opened(newsroom, "correct horse battery staple")
    for n in range(1, count + 1):
        drawn = held.reserve(today=date(2020, 1, n))
        held.record(Published(drawn.number, f"{n:064x}", f"{n:064x}"))


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_old_sealing_keys_are_destroyed_after_a_rehearsal(newsroom: Path, state: Path) -> None:
    editions(state, newsroom, 4)
    assert lines(ok("keys", "destroy-seals", newsroom, "--yes", "--json")) == [
        {"destroyed": [], "dry_run": False}
    ]
    dry = ok("keys", "destroy-seals", newsroom, "--keep", 2, "--dry-run")
    assert "can never be read" in dry
    assert all(row["held"] for row in lines(ok("keys", "seals", newsroom, "--json")))
    asked = CliRunner().invoke(
        group, ["keys", "destroy-seals", str(newsroom), "--keep", "2"], input="n\n"
    )
    assert isinstance(asked.exception, UsageError)
    assert all(row["held"] for row in lines(ok("keys", "seals", newsroom, "--json")))
    said = ok("keys", "destroy-seals", newsroom, "--keep", 2, "--yes")
    assert "SSD" in said
    rows = lines(ok("keys", "seals", newsroom, "--json"))
    assert [(row["edition"], row["held"]) for row in rows] == [
        (4, True),
        (3, True),
        (2, False),
        (1, False),
    ]
    assert "cannot be read any more" in ok("keys", "seals", newsroom)


def test_an_edition_names_the_desks_key(newsroom: Path, tmp_path: Path) -> None:
    press(newsroom, tmp_path / "e")
    named = json.loads((tmp_path / "e/_edition/targets/newsroom.json").read_bytes())
    held = opened(newsroom, "correct horse battery staple")
    assert named["desk"] == held.held("desk")[0].public.hex()
    assert named["seal"]["id"] == held.seals()[0].id
    ok("keys", "rotate", newsroom, "desk")
    assert press(newsroom, tmp_path / "e")["unchanged"] is True


def change(newsroom: Path) -> None:
    """Let the next press draw a new edition."""
    story = next((newsroom / "stories").rglob("*.md"))
    story.write_text(story.read_text() + "\nOne line more.\n")


def test_a_stolen_desk_key_is_withdrawn(newsroom: Path, tmp_path: Path) -> None:
    press(newsroom, tmp_path / "e")
    secret = "correct horse battery staple"
    first = opened(newsroom, secret).held("desk")[0].public.hex()
    assert f"desk: {first}, speaks" in ok("keys", "show", newsroom)
    assert "Nothing was changed" in ok("keys", "rotate", newsroom, "desk", "--dry-run")
    ok("keys", "rotate", newsroom, "desk")
    second = opened(newsroom, secret).held("desk")[0].public.hex()
    assert f"desk: {first}, retired after edition 1" in ok("keys", "show", newsroom)
    assert "Nothing was changed" in ok("keys", "withdraw", newsroom, second, "--dry-run")
    assert json.loads(ok("keys", "withdraw", newsroom, second, "--json"))["role"] == "desk"
    assert f"desk: {second}, withdrawn from edition 2" in ok("keys", "show", newsroom)
    change(newsroom)
    press(newsroom, tmp_path / "e")
    past = json.loads((tmp_path / "e/_edition/targets/history.json").read_bytes())
    assert {"key": second, "since": 2} in past["withdrawn"]
    named = json.loads((tmp_path / "e/_edition/targets/newsroom.json").read_bytes())
    assert named["desk"] == opened(newsroom, secret).held("desk")[0].public.hex()
    assert verdict(tmp_path / "e").startswith("genuine")


def test_an_old_backup_learns_from_the_edition_that_its_desk_key_was_withdrawn(
    newsroom: Path, tmp_path: Path, state: Path
) -> None:
    press(newsroom, tmp_path / "e")
    secret = "correct horse battery staple"
    stolen = opened(newsroom, secret).held("desk")[0].public.hex()
    ok("keys", "backup", newsroom, tmp_path / "b.keys")
    ok("keys", "withdraw", newsroom, stolen)
    change(newsroom)
    press(newsroom, tmp_path / "e")
    shutil.rmtree(state)
    ok("keys", "restore", tmp_path / "b.keys", "--edition", tmp_path / "e")
    said = ok("keys", "show", newsroom)
    shown = json.loads(ok("keys", "show", newsroom, "--json"))
    assert Path(shown["store"]).is_file()
    assert shown["store"] in said
    assert all(key in said for role in shown["roles"].values() for key in role["keys"])
    assert f"desk: {stolen}, withdrawn from edition 2" in said
    assert f"desk: {stolen}, speaks" not in said
