"""What opening a letter showed: no valid signature, another recipient, another seal, not NFC."""

from handbill.rules.finding import Finding
from handbill.rules.screens import Context, Fault, Screened
from handbill.rules.screens.making import Maker

_RULES = {
    Fault.UNSIGNED: "signed",
    Fault.OTHER_NEWSROOM: "signed",
    Fault.OTHER_SEAL: "signed",
    Fault.OTHER_RULES: "consent",
    Fault.OTHER_EDITION: "signed",
}


class OpenedScreen:
    """Turns the faults of opening into findings, and holds text that is not in NFC."""

    name = "opened"
    version = 1

    def __call__(self, letter: Screened, context: Context) -> tuple[Finding, ...]:
        """Return a finding a fault."""
        found = [
            Maker(self.name, self.version, _RULES[fault]).whole(f"opened-{fault}")
            for fault in letter.faults
        ]
        if not letter.nfc:
            rule = "otherwise-inappropriate"
            found.append(Maker(self.name, self.version, rule).whole("opened-not-nfc"))
        return tuple(found)
