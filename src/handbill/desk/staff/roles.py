"""What people at the desk may do."""

from enum import StrEnum


class Role(StrEnum):
    """Each role may do all that the one before it may."""

    MODERATOR = "moderator"
    EDITOR = "editor"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Whether this role may do what ``other`` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)
