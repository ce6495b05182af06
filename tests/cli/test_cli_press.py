"""A newsroom through the command line: press, copy, verify; what does not change stays the same."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import threading
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from handbill.cli.main import group, main
from handbill.edition.exact import SSH_NAMESPACE
from handbill.edition.proof import unpack
from handbill.edition.single import read_proof
from handbill.errors import DriveFailed
from handbill.press.serving import serve

STORY = """---
id: {id}
title: {title}
language: {language}
date: 2026-11-{day:02}
deck: A deck.
authors:
  - Somebody, words
lead:
  path: pictures/one.jpg
  alt: A grey square.
  credit: Nobody
---
{body}
"""


def run(*words: object) -> Result:
    return CliRunner().invoke(group, [str(w) for w in words])


def ok(*words: object) -> str:
    result = run(*words)
    assert result.exit_code == 0, (words, result.output, result.exception)
    return result.output


def story(folder: Path, name: str, **values: object) -> None:
    given = {"id": name, "title": f"The {name}", "language": "en", "day": 3, "body": "Text.\n"}
    text = STORY.format(**{**given, **values})
    (folder / "stories" / f"{name}.md").write_text(text, "utf-8")


@pytest.fixture
def newsroom(state: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    ok("new", folder, "--name", "The Far Shore")
    for path in (folder / "stories").glob("*.md"):
        path.unlink()
    (folder / "stories/pictures").mkdir(exist_ok=True)
    Image.new("RGB", (900, 600), "grey").save(folder / "stories/pictures/one.jpg")
    story(folder, "boat", body="The boat leaves.\n\n![A picture](pictures/one.jpg)\n")
    story(folder, "radio", day=4, title="라디오", language="ko", body="배는 빛이 질 때 떠난다.\n")
    return folder


def tree(folder: Path) -> dict[str, str]:
    files = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): sha256(p.read_bytes()).hexdigest() for p in files}


def press(newsroom: Path, out: Path) -> dict[str, object]:
    return dict(json.loads(ok("press", newsroom, "--out", out, "--json")))


def verdict(path: Path) -> str:
    return str(json.loads(run("verify", path, "--json").output.splitlines()[0])["verdict"])


def test_press_copy_verify(newsroom: Path, tmp_path: Path) -> None:
    out, drive = tmp_path / "edition", tmp_path / "drive"
    assert press(newsroom, out)["number"] == 1
    drive.mkdir()
    (drive / "holiday.jpg").write_bytes(b"theirs")
    ok("copy", out, drive)
    assert verdict(drive) == "genuine"
    quick = run("verify", drive, "--quick").output
    assert "no byte compared" in quick
    assert not [line for line in quick.splitlines() if "  genuine" in line or " whole" in line]
    assert (drive / "holiday.jpg").read_bytes() == b"theirs"
    without = {k: v for k, v in tree(drive).items() if k != "holiday.jpg"}
    assert without == tree(out)


def test_two_presses_of_one_newsroom_are_the_same_to_the_byte(
    newsroom: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(newsroom, tmp_path / "one")
    monkeypatch.setenv("HANDBILL_CACHE", str(tmp_path / "another cache"))
    said = press(newsroom, tmp_path / "two")
    assert said["number"] == 1
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_only_what_changed_is_made_and_copied(newsroom: Path, tmp_path: Path) -> None:
    out, drive = tmp_path / "edition", tmp_path / "drive"
    drive.mkdir()
    press(newsroom, out)
    ok("copy", out, drive)
    before = tree(out)
    story(newsroom, "orchard", day=9)
    assert press(newsroom, out)["number"] == 2
    changed = {p for p, h in tree(out).items() if before.get(p) != h and "_edition" not in p}
    assert "stories/boat/index.html" not in changed
    assert "verify.html" not in changed
    assert {"index.html", "stories/orchard/index.html"} <= changed
    said = json.loads(ok("copy", out, drive, "--json"))
    assert {p for p in said["written"] if "_edition" not in p} == changed
    assert verdict(drive) == "genuine"


def test_a_proof_changes_only_when_its_item_does(newsroom: Path, tmp_path: Path) -> None:
    out = tmp_path / "edition"
    press(newsroom, out)
    first = _packed(out)
    story(newsroom, "orchard", day=9)
    story(newsroom, "radio", day=4, title="라디오", language="ko", body="고침.\n")
    press(newsroom, out)
    second = _packed(out)
    assert second["story boat"] == first["story boat"]
    assert second["story radio"] != first["story radio"]
    assert second["pages site"] != first["pages site"]
    assert read_proof(second["story boat"]).head.number == 1


def _packed(out: Path) -> dict[str, bytes]:
    packs = sorted((out / "_edition/proofs").glob("*.proofs.txt"))
    return {key: data for p in packs for key, data in unpack(p.read_bytes()).items()}


def test_a_forged_proof_in_the_output_is_not_published_again(
    newsroom: Path, tmp_path: Path
) -> None:
    out = tmp_path / "edition"
    press(newsroom, out)
    pack = out / "_edition/proofs/0.proofs.txt"
    good = pack.read_bytes()
    pack.write_bytes(good.replace(b"items: ", b"items: 1", 1))
    story(newsroom, "orchard", day=9)
    press(newsroom, out)
    assert all(read_proof(data) for data in _packed(out).values())


def test_what_is_removed_from_the_newsroom_leaves_the_drive(newsroom: Path, tmp_path: Path) -> None:
    out, drive = tmp_path / "edition", tmp_path / "drive"
    drive.mkdir()
    press(newsroom, out)
    ok("copy", out, drive)
    (newsroom / "stories/boat.md").unlink()
    press(newsroom, out)
    said = json.loads(ok("copy", out, drive, "--json"))
    assert "stories/boat/index.html" in said["dropped"]
    assert not (drive / "stories/boat").exists()
    assert tree(drive) == tree(out)


def test_an_interrupted_press_leaves_the_edition_whole(
    newsroom: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handbill.press.output import Output

    out = tmp_path / "edition"
    press(newsroom, out)
    before = tree(out)
    story(newsroom, "orchard", day=9)

    def fails(self: Output, path: str, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Output, "_write", fails)
        result = run("press", newsroom, "--out", out, "--json")
    assert result.exit_code != 0
    assert tree(out) == before
    assert not (out / ".next").exists()
    press(newsroom, out)
    assert verdict(out) == "genuine"


def test_stock_tools_check_it_too(newsroom: Path, tmp_path: Path) -> None:
    out = tmp_path / "edition"
    press(newsroom, out)
    if shutil.which("sha256sum") is None or shutil.which("ssh-keygen") is None:
        pytest.skip("sha256sum or ssh-keygen is not installed")
    sums = out / "_edition/SHA256SUMS"
    done = subprocess.run(["sha256sum", "--quiet", "--strict", "-c", sums], cwd=out, check=False)
    assert done.returncode == 0
    listed = {line[66:] for line in sums.read_text("utf-8").splitlines()}
    assert "stories/boat/index.html" in listed
    signers = out / "_edition/allowed_signers"
    who = signers.read_text("utf-8").split()[0]
    command = ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", who, "-n", SSH_NAMESPACE]
    command += ["-s", f"{sums}.sig"]
    for data, status in ((sums.read_bytes(), 0), (sums.read_bytes() + b"x", 255)):
        done = subprocess.run(list(map(str, command)), input=data, capture_output=True, check=False)
        assert done.returncode == status, done.stderr


def test_check_lists_every_mistake(newsroom: Path) -> None:
    story(newsroom, "broken", language="english", body="![](pictures/none.jpg)\n")
    text = (newsroom / "stories/broken.md").read_text().replace("deck:", "dekc:")
    (newsroom / "stories/broken.md").write_text(text)
    result = run("press", newsroom, "--check")
    assert result.exit_code == 1
    for said in ("deck", "english", "none.jpg"):
        assert said in result.output


def test_a_link_to_nothing_is_told_and_stops_nothing(newsroom: Path, tmp_path: Path) -> None:
    story = newsroom / "stories/boat.md"
    story.write_text(story.read_text("utf-8") + "\nSee [the other](baot.md).\n", "utf-8")
    line = len(story.read_text("utf-8").splitlines())
    told = f"stories/boat.md:{line}: links to baot.md: there is no such text; did you mean"
    assert told in ok("press", newsroom, "--check")
    assert f"to mend: {told}" in ok("press", newsroom, "--out", tmp_path / "out", "--draft")
    record = json.loads(ok("press", newsroom, "--out", tmp_path / "out", "--draft", "--json"))
    found = [p for p in record["problems"] if p["path"] == "stories/boat.md"]
    assert [(p["line"], p["stops"]) for p in found] == [(line, False)]


def test_a_story_at_risk_is_withheld_and_said(newsroom: Path, tmp_path: Path) -> None:
    story(newsroom, "witness", body="Her name.\n")
    path = newsroom / "stories/witness.md"
    path.write_text(path.read_text().replace("---\nHer", "risk: yes\n---\nHer"))
    assert "witness" in ok("press", newsroom, "--out", tmp_path / "edition")
    assert not (tmp_path / "edition/stories/witness").exists()
    assert b"Her name" not in b"".join(
        p.read_bytes() for p in (tmp_path / "edition").rglob("*") if p.is_file()
    )


def test_a_wrong_passphrase_signs_nothing(
    newsroom: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDBILL_PASSPHRASE", "not it")
    result = run("press", newsroom, "--out", tmp_path / "edition")
    assert result.exit_code != 0
    assert not (tmp_path / "edition/_edition").exists()


def test_errors_name_a_way_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["verify", str(tmp_path / "nothing")])
    assert ended.value.code == 2
    assert "hint:" in capsys.readouterr().err


def _spoil(edition: Path, path: str, data: bytes) -> Path:
    (edition / path).write_bytes(data)
    return edition


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("index.html", "copy it again"),
        ("_edition/targets/edition.json", "do not rely on it"),
        ("_edition/metadata/1.root.json", "do not rely on it"),
    ],
)
def test_a_bad_edition_says_what_to_do(
    newsroom: Path, tmp_path: Path, path: str, said: str
) -> None:
    press(newsroom, tmp_path / "e")
    spoilt = _spoil(tmp_path / "e", path, b"{")
    output = run("verify", spoilt).output
    assert f"next: {said}" in output
    copied = run("copy", spoilt, tmp_path)
    assert "another copy of it" in str(getattr(copied.exception, "hint", ""))


def test_an_older_edition_is_said_to_be_older(newsroom: Path, tmp_path: Path) -> None:
    press(newsroom, tmp_path / "drive/one")
    story(newsroom, "boat", title="The boat, again")
    press(newsroom, tmp_path / "drive/two")
    both = run("verify", tmp_path / "drive").output
    assert both.count("older: ") == 1
    assert both.index("edition 1 of") < both.index("older: ") < both.index("edition 2 of")
    (tmp_path / "empty").mkdir()
    copied = run("copy", tmp_path / "drive/one", tmp_path / "drive/two", tmp_path / "empty")
    assert copied.exit_code == DriveFailed.exit_status
    assert "holds edition 2 already" in copied.output
    assert verdict(tmp_path / "empty") == "genuine"
    known = run("verify", tmp_path / "drive/one", "--known", tmp_path / "drive/two")
    assert "older: " in known.output
    assert known.exit_code == 0


def test_an_error_of_the_system_is_a_message(
    newsroom: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/keys.store")

    monkeypatch.setattr("handbill.keys.store.write_whole", full)
    with pytest.raises(SystemExit) as ended:
        main(["keys", "rotate", str(newsroom), "editor"])
    assert ended.value.code == DriveFailed.exit_status
    said = capsys.readouterr().err
    assert said.startswith("error: /keys.store: No space left on device\nhint: ")


def test_serving_presses_again_when_a_story_changes(newsroom: Path) -> None:
    said: list[str] = []
    turns = iter(range(6))

    def go_on() -> bool:
        turn = next(turns, 5)
        if turn == 2:
            story(newsroom, "orchard", day=9)
        return turn < 5

    worker = threading.Thread(
        target=serve,
        args=(newsroom,),
        kwargs={"today": lambda: date(2026, 11, 24), "port": 0, "say": said.append, "go_on": go_on},
    )
    worker.start()
    worker.join(60)
    assert not worker.is_alive()
    assert said[0].startswith("Open http://127.0.0.1:")
    assert len([line for line in said if "made anew" in line]) == 2


def test_a_door_never_leads_to_forms_that_are_not_made(newsroom: Path, tmp_path: Path) -> None:
    out = tmp_path / "draft"
    for count, there in (("5", True), ("0", False), ("5", True)):
        ok("press", newsroom, "--draft", "--out", out, "--single-files", count)
        assert (out / "en/paper.single.html").exists() is there
        page = (out / "en/index.html").read_text("utf-8")
        assert ("en/paper.single.html" in page) is there


def test_a_files_name_does_not_steer_the_terminal(
    newsroom: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (newsroom / "stories/\x1b[2J.md").write_text("---\nid: x\n---\n")
    with pytest.raises(SystemExit):
        main(["press", str(newsroom), "--draft", "--out", str(tmp_path / "out")])
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert "stories/\N{REPLACEMENT CHARACTER}[2J.md" in said


def test_a_draft_does_not_take_the_place_of_an_edition(newsroom: Path) -> None:
    ok("press", newsroom)
    edition = newsroom.with_name("room-edition")
    before = tree(edition)
    ok("press", newsroom, "--draft")
    assert (newsroom.with_name("room-draft") / "index.html").is_file()
    assert tree(edition) == before
