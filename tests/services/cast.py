"""Everybody who has to do with one matter, for the tests of its services."""

from datetime import date
from typing import Any

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from projects.choices import Outcome, Role
from projects.models import Agency, MatterStep
from projects.rules.matters.steps import Step
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from tests import factories
from tests.projects.uploads import photo


class Cast:
    """Everybody who has to do with one matter."""

    def __init__(self) -> None:
        self.agency = factories.agency()
        self.office = factories.user(REVIEWER)
        self.verifier = factories.user(REVIEWER)
        self.clerk = self.of(self.agency)
        self.colleague = self.of(self.agency)
        self.leader = factories.user(READER, is_staff=False)
        self.project = factories.project(name="示例冷链物流园")
        factories.assignment(
            project=self.project,
            official=factories.official(user=self.leader),
            role=Role.LEAD_OFFICIAL,
        )
        self.matter = factories.matter(
            project=self.project,
            lead_agency=self.agency,
            author=self.office,
            verifier=self.verifier,
        )

    def of(self, agency: Agency, *roles: str) -> User:
        made = factories.user(*(roles or (REPORTER,)))
        factories.official(user=made, agency=agency)
        return made

    def does(self, actor: User, step: Step, **given: Any) -> MatterStep:
        seen = factories.seen(self.matter)
        taken = take_step(
            matter=self.matter, step=step, actor=actor, seen=seen, given=Given(**given)
        )
        self.matter.refresh_from_db()
        return taken

    def closed(self) -> "Cast":
        self.answered().does(self.verifier, Step.CLOSE, text="属实")
        return self

    def issued(self, due: str = "2024-10-25") -> "Cast":
        self.does(self.office, Step.ISSUE, due=date.fromisoformat(due))
        return self

    def working(self, due: str = "2024-10-25") -> "Cast":
        self.issued(due).does(self.clerk, Step.SIGN)
        return self

    def answered(self) -> "Cast":
        self.working().does(
            self.clerk,
            Step.ANSWER,
            text="已增容 800 千伏安",
            outcome=Outcome.SOLVED,
            files=[photo()],
        )
        return self
