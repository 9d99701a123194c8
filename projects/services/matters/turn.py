"""One step of a matter as it is being taken: what is given with it, and what it is checked by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from kuancheng.access.models import User
from projects.models import Agency, Matter
from projects.rules.calendars import Calendars
from projects.rules.matters import dues
from projects.rules.matters.clock import Limits
from projects.rules.matters.steps import Part, Step
from projects.rules.matters.story import Story
from projects.services.evidence import Upload


class MatterRefused(Exception):  # noqa: N818 - what the matter is in, said in Chinese
    """A step that cannot be taken now; `str()` says why, and who may or when."""


@dataclass(frozen=True)
class Given:
    """What comes with a step: words, days, people, files; only what the step asks for is read.

    `separate_reason` confirms that the matter is another thing though one like it is open;
    `called_on`, `called` and `satisfied` are the 回访 of an enterprise that asked.
    """

    text: str = ""
    outcome: str = ""
    due: date | None = None
    first: date | None = None
    last: date | None = None
    level: int | None = None
    agency: Agency | None = None
    survivor: Matter | None = None
    files: Sequence[Upload] = ()
    caption: str = ""
    separate_reason: str = ""
    called_on: date | None = None
    called: str = ""
    satisfied: bool | None = None


NOTHING = Given()


@dataclass(frozen=True)
class Turn:
    """One step being taken: the locked matter, its story, who acts as what, and what he gives.

    `acts_for` is whose deputy the actor is in it.
    """

    matter: Matter
    story: Story
    actor: User
    parts: frozenset[Part]
    given: Given
    today: date
    calendars: Calendars
    limits: Limits
    acts_for: User | None = None

    def refuse(self, said: str) -> None:
        """MatterRefused when there is something to say."""
        if said:
            raise MatterRefused(said)

    def new_due(self) -> date:
        """The due day that is given. ValidationError for one that cannot be."""
        said = dues.wrong_due(self.given.due, self.today)
        if said or self.given.due is None:
            raise ValidationError({"due": said})
        return self.given.due

    def asked_himself(self, step: Step) -> bool:
        """Whether the matter's last step of that kind is the actor's, or his for whom he acts."""
        last = self.matter.steps.filter(step=step.value).order_by("-number").first()
        asked = {last.actor_id, last.on_behalf_of_id} - {None} if last else set()
        return bool(asked & {self.actor.pk, self.acts_for.pk if self.acts_for else None})
