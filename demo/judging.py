"""Two people at the desk judge the letters of the sample, by what the desk's own pages call.

Run by run.py in a process of its own: the desk's database and keys are opened once in a process.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from handbill.cli.cmd_keys import newsroom_id
from handbill.desk import secrets
from handbill.desk.database import connect
from handbill.desk.place import place
from handbill.desk.serving.opening import open_secrets
from handbill.keys.ring import KeyRing
from handbill.letters.decision import Action, Origin


def main(newsroom: Path, passphrase: str) -> None:
    """Judge every letter that waits, and say what was decided."""
    name = newsroom_id(newsroom)
    where = place(newsroom, name)
    where.make()
    connect(where.database)
    secrets.set_current(open_secrets(newsroom, KeyRing.open(name, passphrase)))
    for line in judged():
        print(f"  {line}")


def judged() -> Iterator[str]:
    """Yield what was decided of each letter; what no screen holds is published."""
    from handbill.desk.decisions.deciding import Ruling, judge, seen  # noqa: PLC0415  (Django)
    from handbill.desk.staff.roles import Role  # noqa: PLC0415
    from handbill.desk.staff.staffing import invite  # noqa: PLC0415
    from handbill.desk.store.models import JUDGED, UNJUDGED, Finding, Letter  # noqa: PLC0415

    first, _ = invite("hana", Role.MODERATOR)
    for letter in Letter.objects.filter(kind__in=JUDGED, state__in=UNJUDGED).order_by("story"):
        holding = Finding.objects.filter(letter=letter, holds=True)
        found = set(holding.values_list("rule", flat=True))
        rule = next((r for r in ("privacy", "profanity") if r in found), "")
        action = Action.REMOVE if rule else Action.APPROVE
        ruling = Ruling(rule=rule, origin=Origin.SCREEN if rule else Origin.DESK)
        entry = judge(letter.id, action, person=first, ruling=ruling, looked_at=seen(letter))
        if entry is None:
            yield f"{letter.name} on {letter.story}: agreed by one; a second person must agree too"
            continue
        under = f" under the rule {rule}" if rule else ""
        yield f"decision {entry.sequence}: {letter.name} on {letter.story}: {action}{under}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]).read_text().splitlines()[0])
