"""The keys of a newsroom through the command line: found, appoint, cosign, rotate, withdraw."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tuf.api.exceptions import RepositoryError
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet

from handbill.cli.cmd_keys import opened
from handbill.cli.main import group
from handbill.edition import proof as proofs
from handbill.errors import HandbillError, UsageError
from handbill.keys.ring import Published


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
    again = press(newsroom, edition)
    assert (again["unchanged"], again["pending"]) == (True, False)
    assert before == {p: p.read_bytes() for p in edition.rglob("*") if p.is_file()}
    (edition / "index.html").write_text("damaged")
    again = press(newsroom, edition)
    assert (again["unchanged"], again["pending"]) == (False, False)
    assert before == {p: p.read_bytes() for p in edition.rglob("*") if p.is_file()}
    _write_another(newsroom, "second")
    press(newsroom, edition)
    assert len(_kept(edition)) > 0
    ok("keys", "cosign", edition, tmp_path / "second.key")
    assert verdict(edition) == "genuine"


def _write_another(newsroom: Path, name: str) -> None:
    text = f"---\nid: {name}\ntitle: {name}\ndate: 2026-11-02\nlanguage: en\n---\nMore.\n"
    (newsroom / f"stories/{name}.md").write_text(text)


def _kept(edition: Path) -> dict[str, str]:
    return dict(json.loads((edition / "_edition/targets/history.json").read_bytes())["kept"])


def test_unchanged_stories_keep_their_proofs_but_no_mark_in_them(
    newsroom: Path, tmp_path: Path
) -> None:
    edition, packed = tmp_path / "e", "_edition/proofs/0.proofs.txt"
    press(newsroom, edition)
    for name in ("second", "third"):
        before = proofs.unpack((edition / packed).read_bytes())
        _write_another(newsroom, name)
        press(newsroom, edition)
        after = proofs.unpack((edition / packed).read_bytes())
        kept = {key for key in before if before[key] == after[key]}
        assert kept == _kept(edition).keys() == before.keys() - {"pages site"}
        assert verdict(edition) == "genuine"
    one = proofs.parse(after["story second"])
    marked = replace(one, head=one.head + f"— spy {'A' * 90}A=\n".encode())
    after["story second"] = proofs.render(marked)
    (edition / packed).write_bytes(proofs.pack(list(after.items())))
    assert verdict(edition) == "marked"
    _write_another(newsroom, "fourth")
    press(newsroom, edition)
    assert "story second" not in _kept(edition)
    assert verdict(edition) == "genuine"


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


def refused(*words: object) -> HandbillError:
    result = run(*words)
    assert isinstance(result.exception, HandbillError), (words, result.output, result.exception)
    return result.exception


def test_restoring_with_an_older_edition_forgets_no_number(
    newsroom: Path, tmp_path: Path, state: Path
) -> None:
    press(newsroom, tmp_path / "e")
    shutil.copytree(tmp_path / "e", tmp_path / "old")
    change(newsroom)
    press(newsroom, tmp_path / "e")
    ok("keys", "backup", newsroom, tmp_path / "b.keys")
    shutil.rmtree(state)
    said = refused("keys", "restore", tmp_path / "b.keys", "--edition", tmp_path / "old")
    assert "is edition 1, and the backup knows 2 already" in str(said)
    assert "knows is 2" in ok("keys", "restore", tmp_path / "b.keys", "--edition", tmp_path / "e")


def test_restoring_keeps_what_the_backup_knows_of_keys_and_rules(
    newsroom: Path, tmp_path: Path, state: Path
) -> None:
    press(newsroom, tmp_path / "e")
    change(newsroom)
    press(newsroom, tmp_path / "e")
    editor = json.loads(ok("keys", "show", newsroom, "--json"))["roles"]["targets"]["keys"][0]
    ok("keys", "rotate", newsroom, "editor")
    before = opened(newsroom, "correct horse battery staple")
    ok("keys", "backup", newsroom, tmp_path / "b.keys")
    shutil.rmtree(state)
    ok("keys", "restore", tmp_path / "b.keys", "--edition", tmp_path / "e")
    after = opened(newsroom, "correct horse battery staple")
    assert [key for key, _ in after.withdrawn()] == [editor]
    assert (after.roots, after.published()) == (before.roots, before.published())
    assert all(edition.rules for edition in after.published())


def test_restoring_learns_the_rules_of_a_later_edition(
    newsroom: Path, tmp_path: Path, state: Path
) -> None:
    ok("keys", "backup", newsroom, tmp_path / "b.keys")
    press(newsroom, tmp_path / "e")
    shutil.rmtree(state)
    ok("keys", "restore", tmp_path / "b.keys", "--edition", tmp_path / "e")
    (one,) = opened(newsroom, "correct horse battery staple").published()
    assert one.rules


def test_a_tampered_edition_is_not_signed(newsroom: Path, tmp_path: Path) -> None:
    second = tmp_path / "second.key"
    key = json.loads(ok("keys", "new-editor", second, "--json"))["key"]
    ok("keys", "add-editor", newsroom, key, "--threshold", 2)
    press(newsroom, tmp_path / "e")
    page = next((tmp_path / "e/stories").rglob("index.html"))
    seen = page.read_bytes()
    page.write_bytes(seen.replace(b"first", b"worst"))
    said = refused("keys", "cosign", tmp_path / "e", second)
    assert "1 files are not what would be signed: stories/welcome/index.html" in str(said)
    page.write_bytes(seen)
    manifest = tmp_path / "e/_edition/targets/edition.json"
    kept = manifest.read_bytes()
    manifest.write_bytes(kept.replace(b"first", b"worst"))
    assert "targets.json names" in str(refused("keys", "cosign", tmp_path / "e", second))
    manifest.write_bytes(kept)
    assert "counts now" in ok("keys", "cosign", tmp_path / "e", second)


def test_each_file_of_keys_says_what_it_is(newsroom: Path, tmp_path: Path) -> None:
    press(newsroom, tmp_path / "e")
    ok("keys", "backup", newsroom, tmp_path / "b.keys")
    ok("keys", "new-editor", tmp_path / "s.key")
    (tmp_path / "none").write_text("none")
    (tmp_path / "empty").mkdir()
    for words, said in (
        (("cosign", tmp_path / "e", tmp_path / "b.keys"), "is a newsroom's backup"),
        (("cosign", tmp_path / "empty", tmp_path / "s.key"), "holds no edition"),
        (("restore", tmp_path / "s.key"), "is a second editor's key"),
        (("restore", tmp_path / "none"), f"{tmp_path / 'none'}: is not a key store"),
        (("add-editor", newsroom, "0" * 64), "is no public key"),
        (("add-editor", newsroom, "02" + "0" * 62), "is no public key"),
        (("show", tmp_path / "empty"), "is no newsroom"),
    ):
        found = refused("keys", *words)
        assert said in str(found)
        assert found.hint or said == "holds no edition" or "not a key store" in said


def test_a_newsroom_id_is_never_taken_for_none(newsroom: Path) -> None:
    settings = newsroom / "newsroom.toml"
    text = settings.read_text("utf-8")
    settings.write_bytes(b"\xef\xbb\xbf" + text.replace('"', "'", 2).encode())
    assert "has keys already" in str(refused("keys", "make", newsroom))
    settings.write_text(text.replace('newsroom_id = "', 'newsroom_id = "x', 1), "utf-8")
    assert "not as handbill keys make wrote it" in str(refused("keys", "make", newsroom))


def test_a_passphrase_that_is_no_text_is_refused(
    newsroom: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDBILL_PASSPHRASE", "\udcff" * 20)
    assert "is not text in UTF-8" in str(refused("keys", "show", newsroom))
    assert "is not text in UTF-8" in str(refused("new", tmp_path / "another"))


def test_a_passphrase_is_asked_for_before_anything_is_made(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as short:
        short.setenv("HANDBILL_PASSPHRASE", "short")
        assert "5 characters" in str(refused("new", tmp_path / "paper"))
    assert not (tmp_path / "paper").exists()
    ok("new", tmp_path / "paper")


def test_what_is_no_edition_cannot_be_copied_and_says_what_can(
    newsroom: Path, tmp_path: Path
) -> None:
    (tmp_path / "drive").mkdir()
    said = refused("copy", newsroom, tmp_path / "drive")
    assert str(said) == f"{newsroom}: holds no edition"
    assert "handbill press makes one" in str(said.hint)
