"""What became of decisions, as of a day."""

from datetime import date

import pytest

from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from projects.followups import followups
from projects.models import Decision, Matter
from projects.rules.matters.steps import Step
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from projects.services.reviews.minuting import finalise_review
from tests import factories
from tests.clock import on
from tests.projects.reviews.making import decided, ended, running
from tests.projects.uploads import photo

pytestmark = pytest.mark.django_db


def step(decision: Decision, name: Step, actor: User, **given: object) -> None:
    matter = Matter.objects.get(pk=decision.matter_id)
    said = Given(**given)  # type: ignore[arg-type]
    take_step(matter=matter, step=name, actor=actor, seen=matter.version, given=said)


def words(decision: Decision, day: date) -> tuple[str, str]:
    (found,) = followups([decision], day)
    return found.word, found.answer


def test_a_decision_is_followed_from_its_draft_to_its_closing() -> None:
    clerk, second, worker = (factories.user(role) for role in (REVIEWER, REVIEWER, REPORTER))
    agency = factories.agency()
    factories.official(user=worker, agency=agency)
    project = factories.project(lead_agency=agency)
    with on(8) as day:
        review = running(clerk, day, project)
        decision = decided(review.items.get(), clerk, date(2024, 10, 11))
        assert words(decision, day) == ("待交办", "")
        done = ended(review, clerk)
        finalise_review(review=done, seen=done.version, actor=second)
    with on(9):
        step(decision, Step.SIGN, worker)
    with on(14):
        step(decision, Step.ANSWER, worker, text="已办妥", outcome="solved", files=[photo()])
    with on(15):
        step(decision, Step.CLOSE, clerk, text="属实")
    # Saturday the 12th was worked, so that on the 14th two working days are past the due day.
    assert words(decision, date(2024, 10, 8)) == ("已交办", "")
    assert words(decision, date(2024, 10, 11)) == ("办理中", "")
    assert words(decision, date(2024, 10, 12)) == ("办理中（超期 1 个工作日）", "")
    assert words(decision, date(2024, 10, 14)) == ("已反馈，待核查（超期 2 个工作日）", "已办妥")
    assert words(decision, date(2024, 10, 15)) == ("已销号（超期 2 个工作日）", "已办妥")
    (then,) = followups([decision], date(2024, 10, 15), date(2024, 10, 11))
    assert then.word.startswith("办理中")
