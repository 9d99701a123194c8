"""What a matter was raised from, and when two of them are about the same thing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """A record or a judgement by its kind and key.

    A reason's key is its rule, and what it is about where it is about a part of the project:
    “gap”, “milestone_overdue:milestone:12”.
    """

    kind: str
    key: str

    @property
    def thing(self) -> tuple[str, str]:
        """What it is about: a late milestone is the same thing as the milestone itself.

        >>> Origin("reason", "milestone_overdue:milestone:12").thing
        ('milestone', '12')
        """
        if self.kind == "reason":
            parts = self.key.split(":", 2)
            if len(parts) == 3 and parts[1] == "milestone":
                return parts[1], parts[2]
        return self.kind, self.key
