"""The log of decisions, and the yeses that wait for a second person.

Format of an entry and of the chain: docs/formats/decision.md. A row's ``commitment`` and ``chain``
stay for ever; ``note``, ``salt`` and ``reason`` may be erased.
"""

from django.db import models

from handbill.desk.staff.models import Person


class Entry(models.Model):
    """One decision. ``letter`` and ``pen`` are an id and a fingerprint of the store, or empty.

    ``before`` is the letter's state that it changed; ``written_from`` the edition that the letter
    cites; ``editions`` how long a pause or block lasts, null where it has no end; ``year`` is all
    of a date that is kept. ``reason`` are free words for colleagues. ``person`` is null where a
    writer asked and nobody decided.
    """

    sequence = models.PositiveIntegerField(primary_key=True)
    commitment = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)
    note = models.BinaryField(null=True)
    salt = models.CharField(max_length=32, default="")
    action = models.CharField(max_length=16)
    edition = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField(db_index=True)
    letter = models.CharField(max_length=64, default="")
    pen = models.CharField(max_length=32, default="")
    before = models.CharField(max_length=16, default="")
    written_from = models.PositiveIntegerField(default=0)
    rule = models.CharField(max_length=64, default="")
    fact = models.CharField(max_length=64, default="")
    origin = models.CharField(max_length=8)
    automation = models.BooleanField(default=False)
    person = models.ForeignKey(Person, models.PROTECT, db_index=False, null=True)
    editions = models.PositiveIntegerField(null=True)
    appeal = models.PositiveIntegerField(default=0)
    about = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=1000, default="")

    class Meta:
        """Indexes for a letter's and a pen's record, and for what was answered; what a writer asked
        stands there once.
        """

        indexes = (
            models.Index(fields=["letter", "sequence"], name="entry_letter"),
            models.Index(fields=["pen", "sequence"], name="entry_pen"),
            models.Index(fields=["edition", "sequence"], name="entry_edition"),
            models.Index(fields=["about"], name="entry_about", condition=~models.Q(about=0)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["letter"],
                name="entry_asked_once",
                condition=models.Q(action__in=("withdraw", "burn")),
            ),
        )


class FirstYes(models.Model):
    """Somebody would publish a letter on which a life may hang; a second person must agree."""

    letter = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, db_index=False)
