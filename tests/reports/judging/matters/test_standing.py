"""Open matters in the light of their project: as of a day, as known then, and refreshed at once."""

from datetime import date
from typing import Any

import pytest

from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.reports.judging.progress import progress_rows
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.questions import statuses_on
from projects.models import Matter, Project
from projects.rules.matters.steps import Step
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from tests import factories
from tests.clock import on
from tests.projects.uploads import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    with on(1):
        made = factories.project(lead_agency=factories.agency(name="示例发改局"))
        factories.annual_plan(project=made)
        factories.milestone(project=made, planned_finish=date(2025, 6, 30))
        return made


@pytest.fixture
def matter(project: Project) -> Matter:
    """Issued on 2024-10-08, due on 10-11, level 3."""
    agency = factories.agency(name="示例供电公司")
    made = factories.matter(project=project, lead_agency=agency, title="临时用电")
    with on(8):
        does(made, made.author, Step.ISSUE, due=date(2024, 10, 11), level=3)
    return made


def does(matter: Matter, actor: Any, step: Step, **given: Any) -> None:
    seen = factories.seen(matter)
    take_step(matter=matter, step=step, actor=actor, seen=seen, given=Given(**given))


def clerk_of(matter: Matter) -> Any:
    clerk = factories.user(REPORTER)
    factories.official(user=clerk, agency=matter.lead_agency)
    return clerk


def fired(project: Project, as_of: date, known_on: date | None = None) -> list[str]:
    [row] = progress_rows([project.pk], as_of, known_on=known_on)
    return [each.text for each in row.reasons if each.rule == "matter_overdue"]


def test_overdue_matter_of_a_high_level_turns_the_light_red(
    project: Project, matter: Matter
) -> None:
    assert fired(project, date(2024, 10, 11)) == []
    assert fired(project, date(2024, 10, 12)) == ["3 级事项“临时用电”超期 1 天"]
    row = statuses_on(date(2024, 10, 15)).get(project=project)
    assert row.light == "red"
    [reason] = [each for each in row.reasons if each["rule"] == "matter_overdue"]
    assert reason["agency"] == "示例供电公司"


def test_low_level_climbs_the_ladder_into_the_light(project: Project) -> None:
    made = factories.matter(project=project)
    with on(8):
        does(made, made.author, Step.ISSUE, due=date(2024, 10, 10), level=1)
    assert fired(project, date(2024, 10, 15)) == []
    assert fired(project, date(2024, 10, 16)) == [f"3 级事项“{made.title}”超期 6 天"]


def test_answer_ends_it_from_that_day_and_the_kept_row_follows(
    project: Project, matter: Matter
) -> None:
    assert statuses_on(date(2024, 10, 15)).get(project=project).light == "red"
    clerk = clerk_of(matter)
    does(matter, clerk, Step.SIGN)
    does(matter, clerk, Step.ANSWER, text="已通电", outcome="solved", files=[photo()])
    today = DailyStatus.objects.get(project=project, date=date(2024, 10, 15), basis="daily")
    assert all(each["rule"] != "matter_overdue" for each in today.reasons)
    assert fired(project, date(2024, 10, 14)) == ["3 级事项“临时用电”超期 3 天"]


def test_what_was_not_yet_written_was_not_known(project: Project, matter: Matter) -> None:
    assert fired(project, date(2024, 10, 14), known_on=date(2024, 10, 7)) == []
    assert fired(project, date(2024, 10, 14), known_on=date(2024, 10, 14)) != []


def test_paused_matter_is_nobodys_delay(project: Project, matter: Matter) -> None:
    clerk, office = clerk_of(matter), factories.user(REVIEWER)
    with on(9):
        does(matter, clerk, Step.SIGN)
        does(matter, clerk, Step.ASK_PAUSE, text="等批复", files=[photo()])
        does(matter, office, Step.PAUSE)
    assert fired(project, date(2024, 12, 31)) == []


def test_matters_cost_two_queries_however_many_there_are(
    project: Project, matter: Matter, django_assert_num_queries: Any
) -> None:
    from kuancheng.reports.judging.matters.standing import matters_on
    from projects.planning import site_calendars

    for _ in range(5):
        other = factories.matter(project=project)
        does(other, other.author, Step.ISSUE, due=date(2024, 10, 16))
    calendars = site_calendars()
    with django_assert_num_queries(2):
        found = matters_on([project.pk], date(2024, 10, 15), None, calendars)
    assert len(found[project.pk]) == 6
