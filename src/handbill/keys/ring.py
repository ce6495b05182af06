"""A newsroom's keys, opened: who signs, what is reserved, what was published.

Private keys lie in the store; the trust roots and the list of past editions lie beside it in
clear, because everybody may know them. Randomness is drawn here and nowhere else.
"""

import contextlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from nacl.public import PrivateKey
from nacl.utils import random

from handbill.errors import FormatError, KeysLocked
from handbill.files import read_inside, write_whole
from handbill.keys import desk, fresh, roots, seals, store
from handbill.keys.held import HeldKey, draw_key
from handbill.keys.seals import SealKey
from handbill.keys.values import DeskKey, Reservation, Signer, seal_id

ROOT_POLICIES = {"solo": (1, 1), "small": (2, 3), "full": (3, 5)}
STALE_AFTER_DAYS = 180
_PUBLIC = "public.json"


@dataclass(frozen=True, slots=True)
class Published:
    """A past edition: its number, the hash of its head and that of its manifest, and the version
    and hash of its rule book with a space between (empty where it had none).
    """

    number: int
    head: str
    manifest: str
    rules: str = ""


class KeyRing:
    """The opened keys of one newsroom."""

    def __init__(
        self,
        folder: Path,
        content: dict[str, Any],
        save: Callable[[dict[str, Any]], None],
        publish: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        self._folder, self._content, self._save = folder, content, save
        self._publish = publish or (lambda public: write_public(folder, public))
        self.newsroom_id = folder.name
        self.roots = self._roots()
        if roots.newsroom_id(self.roots[0]) != self.newsroom_id:
            raise FormatError("keys: the first root in this store is another newsroom's")

    @classmethod
    def open(cls, newsroom_id: str, passphrase: str, *, state: Path | None = None) -> "KeyRing":
        """Open the keys of ``newsroom_id``.

        Raises:
            KeysLocked, FormatError, NeedsNewer
        """
        folder = (state or store.state_root()) / newsroom_id
        content, cost, mark = store.load(folder, passphrase)

        def save(new: dict[str, Any]) -> None:
            nonlocal mark
            with store.alone(folder):
                if store.mark(folder) != mark:
                    raise _changed()
                # First, so that what was destroyed in the store is gone there.
                fresh.write(folder, new)
                store.save(folder, new, passphrase, cost)
                mark = store.mark(folder)

        return cls(folder, content, save)

    @classmethod
    def fresh(
        cls, newsroom_id: str, secret: bytes, held: Mapping[str, Any], *, state: Path | None = None
    ) -> "KeyRing | None":
        """Return a ring for a desk that is open and has no passphrase: what it holds (keys and
        sealing keys, as in the store), with what was drawn since. It saves nothing; None where the
        desk's secret opens nothing.
        """
        folder = (state or store.state_root()) / newsroom_id
        part = fresh.read(folder, secret)
        if part is None:
            return None
        known = {row["number"]: row for row in (*held["seals"], *part["seals"])}
        content = {**part, **held, "desk_secret": secret.hex(), "seals": [*known.values()]}
        return cls(folder, content, lambda _: None, lambda _: None)

    @property
    def store_path(self) -> Path:
        """Return the file in which the keys lie, encrypted."""
        return self._folder / store.NAME

    def rehearsal(self) -> "KeyRing":
        """Return a ring that decides as this one does and saves nothing."""
        copied = json.loads(json.dumps(self._content))
        return KeyRing(self._folder, copied, lambda _: None, lambda _: None)

    def held(self, role: str) -> tuple[Signer, ...]:
        """Return the keys of one role: root, editor, press, ssh or desk.

        A store that was made before desks draws its desk key here; so does one that was restored
        with a desk key withdrawn since.
        """
        rows = [k for k in self._content["keys"] if k["role"] == role]
        found = tuple(HeldKey(role, bytes.fromhex(k["seed"])) for k in rows)
        if role != "desk":
            return found
        withdrawn = desk.withdrawn(self._content, self.withdrawn())
        found = tuple(key for key in found if key.public.hex() not in withdrawn)
        if not found:
            self.speak_with(drawn := draw_key("desk"))
            return (drawn,)
        self._tell_who_speaks(found[0])
        return found

    def desk_keys(self) -> tuple[DeskKey, ...]:
        """Return every key that speaks or spoke for the desk, the one that speaks first."""
        speaks = self.held("desk")[0].public
        return desk.keys(self._content, self.withdrawn(), speaks)

    def speak_with(self, new: HeldKey) -> None:
        """Let the desk speak with ``new`` from now on; what spoke before is listed as retired."""
        desk.replace(self._content, new)
        self._save(self._content)
        self._tell_who_speaks(new)

    def withdraw_desk_key(self, public: bytes) -> None:
        """Let nothing count any more that this desk key signed; another speaks from now on."""
        since = desk.withdraw(self._content, public, _after(self.published()))
        self._save(self._content)
        with store.alone(self._folder):
            known = self._public()
            if public.hex() not in {row["key"] for row in known["withdrawn"]}:
                known["withdrawn"].append({"key": public.hex(), "since": since})
                self._publish(known)
        self.held("desk")

    def _tell_who_speaks(self, key: HeldKey) -> None:
        """Name the desk's key beside the store, so that a desk that is open sees it replaced."""
        if self._public().get("desk") != key.public.hex():
            with store.alone(self._folder):
                self._publish({**self._public(), "desk": key.public.hex()})

    def desk_secret(self) -> bytes:
        """Return the 32 bytes under which the desk hides names and pens; drawn once."""
        if "desk_secret" not in self._content:
            self._content["desk_secret"] = random(32).hex()
            self._save(self._content)
        return bytes.fromhex(self._content["desk_secret"])

    def seals(self) -> tuple[SealKey, ...]:
        """Return the private sealing keys that are here, newest first."""
        issued = {r["number"]: r["issued"] for r in self._content["reservations"]}
        return seals.held(self._content["seals"], issued)

    def destroyed_seals(self) -> tuple[tuple[int, str], ...]:
        """Return number and id of every sealing key whose private half is gone, newest first.

        It was destroyed, or stayed behind when a backup was restored.
        """
        here = {row["number"] for row in self._content["seals"]}
        gone = [r for r in self._content["reservations"] if r["number"] not in here]
        named = ((r["number"], seal_id(bytes.fromhex(r["seal_key"]))) for r in gone)
        return tuple(sorted(named, reverse=True))

    def destroy_seals(self, numbers: Collection[int]) -> None:
        """Forget the private sealing keys of ``numbers``, also where a save was interrupted."""
        kept = [row for row in self._content["seals"] if row["number"] not in numbers]
        self._content["seals"] = kept
        self._save(self._content)

    def reserve(self, *, today: date, stale_after_days: int = STALE_AFTER_DAYS) -> Reservation:
        """Draw the next number, or return the one that is drawn and not yet published.

        It carries today's desk key as long as nobody has seen the edition.

        Raises:
            KeysLocked: the list of editions is older than the store.
        """
        past = self.published()
        number = _after(past)
        self._refuse_old_list(number, past[-1].head if past else "")
        speaks = self.held("desk")[0].public.hex()
        for row in self._content["reservations"]:
            if row["number"] == number:
                if row.get("desk_key") != speaks:
                    row["desk_key"] = speaks
                    self._save(self._content)
                return Reservation(**row)
        seal = PrivateKey.generate()
        drawn = Reservation(
            number,
            random(16).hex(),
            today.isoformat(),
            (today + timedelta(days=stale_after_days)).isoformat(),
            bytes(seal.public_key).hex(),
            past[-1].head if past else "",
            speaks,
        )
        self._content["reservations"].append(asdict(drawn))
        self._content["seals"].append({"number": number, "private": bytes(seal).hex()})
        self._save(self._content)
        return drawn

    def _refuse_old_list(self, number: int, previous: str) -> None:
        """Refuse to draw after a list of editions that the store knows to have gone on."""
        for row in self._content["reservations"]:
            if row["number"] > number or (
                row["number"] == number and row.get("previous", "") != previous
            ):
                raise KeysLocked(
                    f"keys: {_PUBLIC} is older than the store beside it, or was changed: by it"
                    f" edition {number} comes next, and edition {row['number']} was drawn already",
                    hint=f"put the newest {_PUBLIC} back, or move both away and restore a backup"
                    " with: handbill keys restore FILE --edition EDITION",
                )

    def reservation(self, number: int) -> Reservation | None:
        """Return what was drawn for ``number``."""
        rows = [r for r in self._content["reservations"] if r["number"] == number]
        return Reservation(**rows[0]) if rows else None

    def published(self) -> tuple[Published, ...]:
        """Return every edition that was signed, rising."""
        return tuple(Published(**row) for row in self._public()["published"])

    def withdrawn(self) -> tuple[tuple[str, int], ...]:
        """Return every withdrawn key (hex) and the edition from which it does not speak."""
        return tuple((row["key"], row["since"]) for row in self._public()["withdrawn"])

    def record(self, edition: Published) -> None:
        """Remember a signed edition, before anybody sees it; doing so twice changes nothing.

        Raises:
            KeysLocked: this number was signed before with other content, or under another root.
        """
        with self._unchanged() as public:
            for row in public["published"]:
                if row["number"] == edition.number:
                    if Published(**row) != edition:
                        raise KeysLocked(
                            f"edition {edition.number}: was signed before with other content",
                            hint="a number is signed once; press again to draw the next",
                        )
                    return
            public["published"].append(asdict(edition))
            self._publish(public)

    def refuse_older(self, number: int, note: str) -> None:
        """Refuse a hand-over of the desk that is older than the one that was published last, or
        another under its number; ``note`` is the hash of what the desk signed.

        Raises:
            KeysLocked
        """
        last = self._public().get("handed", {"number": 0, "note": ""})
        if number < last["number"] or (number == last["number"] and note != last["note"]):
            raise KeysLocked(
                f"discussion: hand-over {number} is older than the one published, {last['number']}",
                hint="hand over again: handbill desk export NEWSROOM",
            )

    def record_handed(self, number: int, note: str, log: tuple[int, str]) -> None:
        """Remember the hand-over that an edition was signed with, and where its log ended: the
        last entry's sequence and chain.
        """
        handed = {"number": number, "note": note, "sequence": log[0], "chain": log[1]}
        with store.alone(self._folder):
            public = self._public()
            if public.get("handed") != handed:
                self._publish({**public, "handed": handed})

    def hand_over(
        self, root: roots.Root, *, new: Sequence[HeldKey] = (), withdrawn: Sequence[bytes] = ()
    ) -> roots.Root:
        """Make ``root`` the newest: signed by the root keys held here, old and new alike.

        Private keys are saved before the root that appoints them becomes known.

        Raises:
            KeysLocked: too few root keys are here, or another root was made since they were opened.
        """
        self._refuse_changed()
        before = roots.parse(self.roots[-1])
        threshold, trusted = before.roles["root"]
        old = [k for k in self.held("root") if k.public in trusted]
        if len(old) < threshold:
            raise KeysLocked(
                f"keys: {len(old)} of the {threshold} root keys that must sign are here",
                hint="bring the backup that holds the others: handbill keys restore",
            )
        signers = {k.public: k for k in (*old, *(k for k in new if k.role == "root"))}
        data = roots.render(root, list(signers.values()))
        if new:
            self.add_keys(new)
        with self._unchanged() as public:
            public["roots"].append(data.hex())
            since = _after(self.published())
            public["withdrawn"] += [{"key": k.hex(), "since": since} for k in withdrawn]
            self._publish(public)
        self.roots = (*self.roots, data)
        return root

    def add_keys(self, new: Sequence[HeldKey]) -> None:
        """Keep private keys in the store."""
        rows = [{"role": k.role, "seed": k.seed.hex()} for k in new]
        self._content["keys"] = [*self._content["keys"], *rows]
        self._save(self._content)

    def replace_keys(self, role: str, new: Sequence[HeldKey]) -> None:
        """Forget the keys of ``role`` and keep ``new`` instead."""
        self._content["keys"] = [k for k in self._content["keys"] if k["role"] != role]
        self.add_keys(new)

    def backup(self) -> dict[str, Any]:
        """Return what a backup holds: keys, the desk's secret and public facts.

        No private sealing key: one that was destroyed must not come back from a drawer.
        """
        public = self._public()
        done = {row["number"] for row in public["published"]}
        kept = [r for r in self._content["reservations"] if r["number"] in done]
        return {
            "newsroom": self.newsroom_id,
            "keys": self._content["keys"],
            "reservations": kept,
            "desk_secret": self.desk_secret().hex(),
            desk.RETIRED: self._content.get(desk.RETIRED, []),
            "public": public,
        }

    @contextlib.contextmanager
    def _unchanged(self) -> Iterator[dict[str, Any]]:
        """Lend the public facts while nobody else changes them, if the roots are as opened."""
        with store.alone(self._folder):
            self._refuse_changed()
            yield self._public()

    def _refuse_changed(self) -> None:
        if self._roots() != self.roots:
            raise _changed()

    def _roots(self) -> tuple[bytes, ...]:
        return tuple(bytes.fromhex(r) for r in self._public()["roots"])

    def _public(self) -> dict[str, Any]:
        try:
            data = read_inside(self._folder, _PUBLIC, store.MAX_STORE_BYTES)
            return checked(json.loads(data))
        except (FileNotFoundError, ValueError, TypeError, KeyError) as error:
            raise KeysLocked(
                f"keys: {_PUBLIC} beside the key store is missing or damaged ({error})",
                hint="restore your backup: handbill keys restore",
            ) from error


def checked(public: Any) -> dict[str, Any]:
    """Return the public facts of a newsroom, if they are what this module writes.

    Raises:
        KeyError, TypeError, ValueError
    """
    facts = dict(public)
    if not [bytes.fromhex(root) for root in facts["roots"]]:
        raise ValueError("no root")
    for row in facts["published"]:
        Published(**row)
    for row in facts["withdrawn"]:
        bytes.fromhex(row["key"]), int(row["since"])
    return facts


def _changed() -> KeysLocked:
    return KeysLocked(
        "keys: another command changed them since this one opened them",
        hint="nothing of this command was done: run it again",
    )


def _after(past: Sequence[Published]) -> int:
    """Return the number of the edition that comes next."""
    return past[-1].number + 1 if past else 1


def write_public(folder: Path, public: dict[str, Any]) -> None:
    """Write what everybody may know of a newsroom beside its store."""
    write_whole(folder / _PUBLIC, json.dumps(public, indent=1).encode() + b"\n", mode=0o600)
    store.sync(folder)


def make_keys(
    policy: str,
    passphrase: str,
    *,
    today: date,
    state: Path | None = None,
    cost: store.Cost | None = None,
) -> str:
    """Make a newsroom's first keys and trust root; returns its newsroom id.

    Raises:
        KeysLocked: the passphrase is too short.
        KeyError: an unknown policy.
    """
    threshold, count = ROOT_POLICIES[policy]
    wanted = ["root"] * count + ["editor", "press", "ssh", "desk"]
    held = [draw_key(role) for role in wanted]
    press = tuple(k.public for k in held if k.role == "press")
    root_keys = [k for k in held if k.role == "root"]
    root = roots.Root(
        1,
        today.isoformat(),
        {
            "root": (threshold, tuple(k.public for k in root_keys)),
            "targets": (1, tuple(k.public for k in held if k.role == "editor")),
            "snapshot": (1, press),
            "timestamp": (1, press),
        },
    )
    first = roots.render(root, root_keys)
    newsroom_id = roots.newsroom_id(first)
    folder = (state or store.state_root()) / newsroom_id
    keys = [{"role": k.role, "seed": k.seed.hex()} for k in held]
    content = {"keys": keys, "reservations": [], "seals": [], "desk_secret": random(32).hex()}
    store.save(folder, content, passphrase, cost or store.Cost())
    write_public(folder, {"roots": [first.hex()], "published": [], "withdrawn": []})
    return newsroom_id
