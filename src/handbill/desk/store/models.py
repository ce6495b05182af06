"""What the desk keeps: letters, pens, findings, marks, refusals, and what neighbours share.

No column has a clock or a number that rises with arrival, names a drive or a courier, or is keyed
by anything but content: the same letters give the same rows in whatever order they come. The
databases themselves number rows as they are written, and say so to whoever asks them
(docs/desk-store.md).
"""

from enum import StrEnum

from django.db import models

from handbill import note
from handbill.letters.letter import DESK, PEN, Kind

JUDGED = (Kind.LETTER, Kind.REPLY, Kind.APPEAL, Kind.TRANSCRIPT)
"""Kinds that a person judges."""
PUBLIC = (Kind.LETTER, Kind.REPLY, Kind.TRANSCRIPT)
"""Kinds that readers may come to see: only these are compared with each other."""


class State(StrEnum):
    """Where a letter stands."""

    ARRIVED = "arrived"  # the screens have not seen it yet
    WAITING = "waiting"
    HELD = "held"  # waits, and a screen wants a person to read it with care
    PUBLISHED = "published"
    REMOVED = "removed"  # by a person, under a rule; readers see a stub that names the rule
    DECIDED = "decided"  # an appeal that was answered
    WITHDRAWN = "withdrawn"  # by its own pen; its words are gone
    BURNED = "burned"  # its pen was burned; its words are gone
    NOTED = "noted"  # asks for nobody's judgement: withdraw, burn, request


class Pile(StrEnum):
    """Where a letter lies that waits for a person; ``""`` where it waits for nobody."""

    QUEUE = "queue"
    ASIDE = "aside"  # a person held it, or handed it to a colleague
    PAUSED = "paused"  # its pen is paused
    BLOCKED = "blocked"  # its pen is blocked
    APPEALS = "appeals"


UNJUDGED = (State.ARRIVED, State.WAITING, State.HELD)
IN_THREADS = (State.PUBLISHED, State.REMOVED, State.WITHDRAWN)
ERASED = (State.WITHDRAWN, State.BURNED)


class Pen(models.Model):
    """A writer's key. ``fingerprint`` is an HMAC of it under the desk's secret, 32 hex digits, of
    which readers see two words (docs/formats/discussion.md).

    ``stopped`` is the pile where its letters lie while it is paused or blocked, ``stopped_until``
    the edition from which it writes again, null without an end. Both follow from the decisions.
    """

    fingerprint = models.CharField(max_length=32, primary_key=True)
    key = models.BinaryField(max_length=32)
    burned = models.BooleanField(default=False)
    erase = models.BooleanField(default=False)  # burned with the wish that what is public goes too
    stopped = models.CharField(max_length=8, default="")
    stopped_until = models.PositiveIntegerField(null=True)

    class Meta:
        """An index for pens whose pause or block ends."""

        indexes = (models.Index(fields=["stopped", "stopped_until"], name="pen_stopped"),)


class Letter(models.Model):
    """A letter whose signature and recipient were found good.

    ``short`` is how receipts, withdrawals and appeals name it: the first 16 digits of its id.
    ``public`` is how pages and replies name it: an HMAC. ``parent`` may name a letter that has not
    come yet, so it is no foreign key. ``rule`` is the one that a removed letter breaks, ``pick``
    what editors point out. ``words`` is the desk's own count. ``head`` is the signed text above
    the body, ``receipt`` the key for its receipts or nothing. ``screened`` names the screens that
    saw it; ``compared`` is false where a neighbour changed since. ``pile`` is where it waits and
    ``place`` its place there, as text that sorts (store/piles.py).
    """

    id = models.CharField(max_length=64, primary_key=True)
    short = models.CharField(max_length=16)
    public = models.CharField(max_length=16)
    pen = models.ForeignKey(Pen, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=16)
    story = models.CharField(max_length=64)
    parent = models.CharField(max_length=16)
    rule = models.CharField(max_length=64, default="")
    pick = models.BooleanField(default=False)
    edition_number = models.PositiveIntegerField()
    edition_id = models.CharField(max_length=32)
    seal = models.CharField(max_length=16)
    rules_version = models.PositiveIntegerField()
    rules_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=16)
    name = models.CharField(max_length=60)
    body = models.TextField()
    words = models.PositiveIntegerField()
    nfc = models.BooleanField()
    receipt = models.BinaryField(max_length=32)
    head = models.TextField()
    signature = models.BinaryField(max_length=64)
    name_key = models.CharField(max_length=32, default="")
    screened = models.CharField(max_length=16, default="")
    compared = models.BooleanField(default=False)
    pile = models.CharField(max_length=8, default="")
    place = models.CharField(max_length=96, default="")

    class Meta:
        """Indexes for the queue, for threads and for neighbours."""

        indexes = (
            models.Index(fields=["state", "story"], name="letter_state"),
            models.Index(fields=["pile", "place"], name="letter_pile"),
            models.Index(fields=["edition_number", "id"], name="letter_newest"),
            models.Index(fields=["story", "state", "edition_number"], name="letter_thread"),
            models.Index(fields=["short"], name="letter_short"),
            models.Index(fields=["public"], name="letter_public"),
            models.Index(fields=["pen", "story", "edition_number"], name="letter_pen"),
            models.Index(fields=["parent"], name="letter_parent", condition=~models.Q(parent="")),
            models.Index(fields=["name_key"], name="letter_name", condition=~models.Q(name_key="")),
            models.Index(
                fields=["id"], name="letter_uncompared", condition=models.Q(compared=False)
            ),
        )

    def note(self) -> bytes:
        """Return the signed note as it came; nothing where the words are gone."""
        if not self.head:
            return b""
        text = self.head + (f"\n{self.body}\n" if self.body else "")
        name = DESK if self.kind == Kind.TRANSCRIPT else PEN
        line = note.signature_line(name, bytes(self.pen.key), bytes(self.signature))
        return f"{text}\n{line}".encode()


class Finding(models.Model):
    """What a screen found in a letter; ``number`` counts one screen's findings in its order.

    ``start`` and ``end`` are code points of body or name, null where the whole is meant.
    """

    pk = models.CompositePrimaryKey("letter_id", "screen", "number")
    letter = models.ForeignKey(Letter, models.CASCADE, db_index=False)
    screen = models.CharField(max_length=24)
    number = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=64)
    where = models.CharField(max_length=8)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=64)
    words = models.CharField(max_length=200)
    confidence = models.FloatField()
    version = models.PositiveIntegerField()
    holds = models.BooleanField()


class Mark(models.Model):
    """An item that a letter's writer found worth passing on. Shown only where five pens did so."""

    pk = models.CompositePrimaryKey("item", "letter_id")
    item = models.CharField(max_length=64)
    letter = models.ForeignKey(Letter, models.CASCADE, db_index=False)

    class Meta:
        """An index for taking a letter's marks away."""

        indexes = (models.Index(fields=["letter"], name="mark_letter"),)


class Refusal(models.Model):
    """Something that was refused, counted once however often it comes.

    ``key`` is an HMAC under the desk's secret, so that a row says nothing about a seized file.
    ``edition`` is what the letter claims, 0 where it could not be read.
    """

    pk = models.CompositePrimaryKey("key", "reason")
    key = models.CharField(max_length=32)
    reason = models.CharField(max_length=24)
    edition = models.PositiveIntegerField(default=0)


class Name(models.Model):
    """A name in use by a pen, as eyes see it; ``key`` is a hash of the skeleton."""

    pk = models.CompositePrimaryKey("key", "pen_id")
    key = models.CharField(max_length=32)
    pen = models.ForeignKey(Pen, models.PROTECT, db_index=False)
    skeleton = models.TextField()


class NearName(models.Model):
    """A key that names of one letter's difference share with ``name``, the key of a name."""

    pk = models.CompositePrimaryKey("key", "name")
    key = models.CharField(max_length=32)
    name = models.CharField(max_length=32)

    class Meta:
        """An index for taking a name away."""

        indexes = (models.Index(fields=["name"], name="near_name"),)


class Band(models.Model):
    """One band of the sketch of a letter's text; near-duplicates share one."""

    pk = models.CompositePrimaryKey("key", "letter_id")
    key = models.CharField(max_length=16)
    letter = models.ForeignKey(Letter, models.CASCADE, db_index=False)
    pen = models.CharField(max_length=32)

    class Meta:
        """An index for taking a letter away."""

        indexes = (models.Index(fields=["letter"], name="band_letter"),)


class ProtectedName(models.Model):
    """One keyed tag of a name that must not appear (``rules.protected``), in hex."""

    tag = models.CharField(max_length=64, primary_key=True)


class RuleBook(models.Model):
    """The hashed form of a rule book that the desk judged by (docs/formats/rules.md), so that a
    letter signed under it can be judged by what stood there.
    """

    hash = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()


class Discussion(models.Model):
    """The discussion of a story; ``version`` rises with whatever readers would see change."""

    story = models.CharField(max_length=64, primary_key=True)
    version = models.PositiveIntegerField(default=1)
    open = models.BooleanField(default=True)
    reason = models.CharField(max_length=300, default="")
