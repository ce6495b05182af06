"""Who reads what, what colleagues tell each other, batches and their audits. Nothing signed."""

from django.db import models
from django.utils import timezone

from handbill.desk.staff.models import Person


class Claim(models.Model):
    """Somebody reads a letter; a claim keeps nobody out and ends by itself at ``until``.

    ``rule``, ``fact`` and ``reason`` are what they chose and typed so far. The row goes with the
    decision, so the desk keeps no record of who read what when.
    """

    letter = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE)
    until = models.DateTimeField(db_index=True)
    rule = models.CharField(max_length=64, default="")
    fact = models.CharField(max_length=64, default="")
    reason = models.CharField(max_length=1000, default="")


class Note(models.Model):
    """What one colleague tells another about a letter; to nobody: to all."""

    letter = models.CharField(max_length=64, db_index=True)
    writer = models.ForeignKey(Person, models.CASCADE, related_name="written_notes")
    reader = models.ForeignKey(Person, models.CASCADE, null=True, related_name="notes")
    words = models.CharField(max_length=1000)
    waits = models.BooleanField(default=True)  # the letter was handed over and not judged since


class Batch(models.Model):
    """Letters of one story that one person approves together, once a sample of them was read.

    From ``until`` on others may draw its letters: whoever drew it went away.
    """

    person = models.ForeignKey(Person, models.CASCADE)
    story = models.CharField(max_length=64)
    until = models.DateTimeField(default=timezone.now)


class BatchLetter(models.Model):
    """One letter of a batch. ``looked_at`` is its state when the batch was drawn."""

    pk = models.CompositePrimaryKey("batch_id", "letter")
    batch = models.ForeignKey(Batch, models.CASCADE, db_index=False)
    letter = models.CharField(max_length=64)
    looked_at = models.CharField(max_length=40)
    sample = models.BooleanField(default=False)
    read = models.BooleanField(default=False)


class Audit(models.Model):
    """A letter that was approved unread in a batch and that somebody else reads afterwards."""

    letter = models.CharField(max_length=64, primary_key=True)
    approver = models.ForeignKey(Person, models.CASCADE, related_name="approved_unread")
    auditor = models.ForeignKey(Person, models.CASCADE, null=True, related_name="audited")
