"""What an audit finds, and how it counts findings without ever running away."""

from dataclasses import dataclass, field

MAX_FINDINGS = 50


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One thing in a finished file that is not on the list of what may be there."""

    file: str
    what: str
    offset: int = 0


class Stop(Exception):
    """The rest of the file cannot be judged; what was found so far says why."""


@dataclass(slots=True)
class Notes:
    """Collects findings for one file; an audit that finds too many stops."""

    file: str
    findings: list[AuditFinding] = field(default_factory=list)

    def add(self, what: str, offset: int = 0) -> None:
        """Note one finding; ``offset`` is in bytes from the file's beginning."""
        self.findings.append(AuditFinding(self.file, what, offset))
        if len(self.findings) >= MAX_FINDINGS:
            raise Stop

    def stop(self, what: str, offset: int = 0) -> Stop:
        """Note a finding after which nothing can be judged; raise what this returns."""
        self.findings.append(AuditFinding(self.file, what, offset))
        return Stop()
