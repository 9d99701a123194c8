"""Plans are proposed by one and approved by another; baselines stay; templates and calendars fit."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from projects.choices import DurationUnit, Phase, ReplanReason
from projects.models import (
    Baseline,
    CalendarDay,
    Milestone,
    Project,
    ScheduleTemplate,
    TemplateStep,
    WinterWindow,
)
from projects.planning import project_timeline, site_calendars
from projects.services import save_parts, save_project
from projects.services.planning import (
    EARLIEST,
    LATEST,
    Refused,
    apply_template,
    approve_plan,
    delete_calendar,
    moves,
    propose_plan,
    save_calendar,
    save_template,
    template_milestones,
    withdraw_plan,
)
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

PROMISE = date(2025, 6, 30)


@pytest.fixture
def author() -> Any:
    return factories.user(REVIEWER, full_name="提出人")


@pytest.fixture
def approver() -> Any:
    return factories.user(REVIEWER, full_name="批准人")


@pytest.fixture
def project() -> Project:
    return factories.project(planned_completion=PROMISE)


@pytest.fixture
def step(project: Project) -> Milestone:
    return factories.milestone(
        project=project,
        order=1,
        name="立项",
        phase=Phase.PERMIT,
        planned_start=date(2024, 11, 1),
        planned_finish=date(2024, 11, 29),
    )


def proposed(project: Project, author: Any, **changes: Any) -> Baseline:
    first = not project.baselines.approved().exists()
    values: dict[str, Any] = {
        "days": {},
        "promised_completion": None,
        "reason": ReplanReason.INITIAL if first else ReplanReason.FUNDS,
        "note": "区政府会议同意",
    }
    version = factories.seen(project)
    return propose_plan(project=project, seen=version, actor=author, **values | changes)


def approve(baseline: Baseline, actor: User) -> Baseline:
    """By somebody who looks at it now."""
    return approve_plan(baseline=baseline, seen=factories.seen(baseline), actor=actor)


NEW_DAYS = (date(2024, 12, 2), date(2024, 12, 20))


class TestProposal:
    def test_changes_nothing_until_it_is_approved(
        self, project: Project, step: Milestone, author: Any
    ) -> None:
        baseline = proposed(
            project, author, days={step.pk: NEW_DAYS}, promised_completion=date(2025, 7, 31)
        )
        assert baseline.number is None
        entry = baseline.entries.get()
        assert (entry.planned_start, entry.planned_finish) == NEW_DAYS
        step.refresh_from_db()
        project.refresh_from_db()
        assert step.planned_finish == date(2024, 11, 29)
        assert project.planned_completion == PROMISE

    def test_approval_numbers_it_and_moves_the_days_and_the_promise(
        self, project: Project, step: Milestone, author: Any, approver: Any
    ) -> None:
        baseline = proposed(
            project, author, days={step.pk: NEW_DAYS}, promised_completion=date(2025, 7, 31)
        )
        approved = approve(baseline, approver)
        step.refresh_from_db()
        project.refresh_from_db()
        assert (approved.number, approved.approver) == (1, approver)
        assert (step.planned_start, step.planned_finish) == NEW_DAYS
        assert project.planned_completion == date(2025, 7, 31)
        assert step.history.first().history_user == approver

    def test_each_approval_gets_the_next_number(
        self, project: Project, step: Milestone, author: Any, approver: Any
    ) -> None:
        for number in (1, 2, 3):
            day = date(2024, 12, number)
            baseline = proposed(project, author, days={step.pk: (day, day)})
            assert approve(baseline, approver).number == number
        kept = project.baselines.approved().values_list("entries__planned_finish", flat=True)
        assert list(kept) == [date(2024, 12, number) for number in (1, 2, 3)]

    def test_second_waits_for_the_first(self, project: Project, author: Any) -> None:
        proposed(project, author)
        with pytest.raises(Refused, match="已有一份计划调整待批准"):
            proposed(project, author)

    def test_reason_fits_the_first_and_the_later_ones(
        self, project: Project, step: Milestone, author: Any, approver: Any
    ) -> None:
        with pytest.raises(Refused, match="首次批准"):
            proposed(project, author, reason=ReplanReason.FUNDS)
        approve(proposed(project, author), approver)
        with pytest.raises(Refused, match="首次批准"):
            proposed(project, author, reason=ReplanReason.INITIAL)

    @pytest.mark.parametrize("note", ["", "   "])
    def test_note_is_needed(self, project: Project, author: Any, note: str) -> None:
        with pytest.raises(ValidationError, match="note"):
            proposed(project, author, note=note)
        assert not project.baselines.exists()

    def test_days_in_the_wrong_order_are_refused_whole(
        self, project: Project, step: Milestone, author: Any
    ) -> None:
        days = {step.pk: (date(2024, 12, 20), date(2024, 12, 2))}
        with pytest.raises(ValidationError, match=r"立项.*不能早于"):
            proposed(project, author, days=days)
        assert not Baseline.objects.exists()

    @pytest.mark.parametrize(
        ("facts", "why"),
        [
            ({"actual_start": date(2024, 10, 8)}, "已开始"),
            ({"actual_start": date(2024, 10, 8), "actual_finish": date(2024, 10, 9)}, "已完成"),
            ({"confirmed": True}, "日期已定"),
        ],
    )
    def test_what_is_fixed_does_not_move(
        self, project: Project, step: Milestone, author: Any, facts: dict[str, Any], why: str
    ) -> None:
        Milestone.objects.filter(pk=step.pk).update(**facts)
        with pytest.raises(ValidationError, match=why):
            proposed(project, author, days={step.pk: NEW_DAYS})


class TestApproval:
    def test_author_does_not_approve_his_own(
        self, project: Project, step: Milestone, author: Any
    ) -> None:
        baseline = proposed(project, author, days={step.pk: NEW_DAYS})
        with pytest.raises(Refused, match="提出人不能批准"):
            approve(baseline, author)
        step.refresh_from_db()
        assert step.planned_finish == date(2024, 11, 29)

    def test_step_that_started_meanwhile_stops_it(
        self, project: Project, step: Milestone, author: Any, approver: Any
    ) -> None:
        baseline = proposed(project, author, days={step.pk: NEW_DAYS})
        Milestone.objects.filter(pk=step.pk).update(actual_start=TODAY)
        with pytest.raises(Refused, match="已开始，与提出时不同"):
            approve(baseline, approver)
        baseline.refresh_from_db()
        assert baseline.number is None

    def test_step_deleted_meanwhile_is_kept_by_name_only(
        self, project: Project, step: Milestone, author: Any, approver: Any
    ) -> None:
        baseline = proposed(project, author, days={step.pk: NEW_DAYS})
        save_parts(project=project, deleted=[step], actor=factories.system())
        approve(baseline, approver)
        assert [(each.name, each.milestone) for each in baseline.entries.all()] == [("立项", None)]

    def test_approved_plan_is_neither_approved_again_nor_withdrawn(
        self, project: Project, step: Milestone, author: Any, approver: Any
    ) -> None:
        seen_before = proposed(project, author)
        approve(seen_before, approver)
        with pytest.raises(Refused, match="已经批准"):
            approve(seen_before, approver)
        with pytest.raises(Refused, match="不能删除"):
            withdraw_plan(baseline=seen_before, actor=factories.system())
        assert project.baselines.count() == 1

    def test_withdrawn_proposal_makes_room_for_another(self, project: Project, author: Any) -> None:
        withdraw_plan(baseline=proposed(project, author), actor=factories.system())
        assert proposed(project, author).number is None

    def test_database_keeps_one_proposal_a_project(self, project: Project, author: Any) -> None:
        proposed(project, author)
        with pytest.raises(IntegrityError), transaction.atomic():
            Baseline.objects.create(project=project, reason=ReplanReason.FUNDS, note="又一份")


class TestBaselineLock:
    @pytest.fixture
    def held(self, project: Project, step: Milestone, author: Any, approver: Any) -> Milestone:
        approve(proposed(project, author), approver)
        step.refresh_from_db()
        return step

    def test_planned_days_do_not_move_by_themselves(
        self, project: Project, held: Milestone
    ) -> None:
        held.planned_finish = date(2025, 1, 10)
        with pytest.raises(ValidationError, match=r"立项.*已列入基线.*调整计划"):
            save_parts(project=project, saved=[held], actor=factories.system())

    def test_promise_does_not_move_by_itself(self, project: Project, held: Milestone) -> None:
        project.refresh_from_db()
        project.planned_completion = date(2026, 1, 1)
        with pytest.raises(ValidationError, match="竣工日期已列入基线"):
            save_project(project=project, actor=factories.system())
        project.refresh_from_db()
        project.scope = "新的规模"
        assert save_project(project=project, actor=factories.system()).planned_completion == PROMISE

    def test_facts_are_still_recorded(self, project: Project, held: Milestone) -> None:
        held.actual_start = TODAY
        save_parts(project=project, saved=[held], actor=factories.system())
        held.refresh_from_db()
        assert held.actual_start == TODAY

    def test_proposal_alone_holds_nothing(
        self, project: Project, step: Milestone, author: Any
    ) -> None:
        proposed(project, author)
        step.planned_finish = date(2025, 1, 10)
        save_parts(project=project, saved=[step], actor=factories.system())
        step.refresh_from_db()
        assert step.planned_finish == date(2025, 1, 10)


@pytest.mark.parametrize(
    ("finish", "reason", "refused"),
    [
        (date(2024, 9, 30), "", False),
        (date(2024, 10, 1), "", True),
        (date(2024, 10, 1), "  ", True),
        (date(2024, 10, 1), "材料补正", False),
    ],
)
def test_late_finish_needs_a_reason(
    project: Project, finish: date, reason: str, refused: bool
) -> None:
    step = factories.milestone(project=project, name="环评", planned_finish=date(2024, 9, 30))
    step.actual_finish, step.late_reason = finish, reason
    if not refused:
        save_parts(project=project, saved=[step], actor=factories.system())
        return
    with pytest.raises(ValidationError, match=r"环评.*请填写“逾期原因”"):
        save_parts(project=project, saved=[step], actor=factories.system())


def test_moves_go_as_late_as_promised_or_as_early_as_possible(project: Project) -> None:
    # Two steps of calendar days: 10, then 5, promised for 30 June 2025, seen on 15 October 2024.
    fields = {"project": project, "unit": DurationUnit.CALENDAR}
    first = factories.milestone(**fields, order=1, duration=10, planned_finish=date(2024, 10, 20))
    second = factories.milestone(**fields, order=2, duration=5, after="1")
    timeline = project_timeline(project, TODAY)
    late = {move.milestone: move for move in moves(timeline, [first, second], LATEST)}
    assert late[second].new == (date(2025, 6, 26), date(2025, 6, 30))
    assert late[first].new == (date(2025, 6, 16), date(2025, 6, 25))
    assert late[second].days is None
    early = {move.milestone: move for move in moves(timeline, [first, second], EARLIEST)}
    assert early[first].new == (date(2024, 10, 15), date(2024, 10, 24))
    assert early[first].days == 4
    assert early[second].new == (date(2024, 10, 25), date(2024, 10, 29))


class TestTemplate:
    @pytest.fixture
    def template(self) -> ScheduleTemplate:
        made = ScheduleTemplate(code="record-filing", name="备案制工业项目")
        steps = [
            TemplateStep(order=1, phase=Phase.PERMIT, name="备案", duration=3, unit="calendar"),
            TemplateStep(
                order=2, phase=Phase.PERMIT, name="环评", duration=10, unit="calendar", after="1"
            ),
        ]
        save_template(template=made, saved=steps, actor=factories.system())
        return made

    def apply(self, project: Project, template: ScheduleTemplate, **changes: Any) -> None:
        milestones = template_milestones(project, template)
        values: dict[str, Any] = {"by": EARLIEST, "as_of": TODAY, "actor": factories.system()}
        apply_template(project=project, milestones=milestones, **values | changes)

    def test_steps_are_numbered_after_what_is_there(
        self, project: Project, step: Milestone, template: ScheduleTemplate
    ) -> None:
        self.apply(project, template)
        added = project.milestones.exclude(pk=step.pk).values_list("order", "name", "after")
        assert list(added) == [(2, "备案", ""), (3, "环评", "2")]

    def test_step_that_is_there_already_is_refused_unless_asked_for_again(
        self, project: Project, template: ScheduleTemplate
    ) -> None:
        factories.milestone(project=project, order=1, name="备案", planned_finish=PROMISE)
        with pytest.raises(Refused, match="项目已有同名节点“备案”"):
            self.apply(project, template)
        assert project.milestones.count() == 1
        self.apply(project, template, again=["备案"])
        assert project.milestones.filter(name="备案").count() == 2

    @pytest.mark.parametrize(("by", "finish"), [(EARLIEST, date(2024, 10, 27)), (LATEST, PROMISE)])
    def test_days_are_those_of_the_schedule(
        self, project: Project, template: ScheduleTemplate, by: str, finish: date
    ) -> None:
        self.apply(project, template, by=by)
        assert project.milestones.get(name="环评").planned_finish == finish

    def test_nothing_is_saved_without_a_promise(self, template: ScheduleTemplate) -> None:
        project = factories.project()
        with pytest.raises(Refused, match="没有登记计划竣工日期"):
            self.apply(project, template)
        assert not project.milestones.exists()

    def test_promise_is_saved_with_it(self, template: ScheduleTemplate) -> None:
        project = factories.project()
        self.apply(project, template, promised_completion=PROMISE, by=LATEST)
        project.refresh_from_db()
        assert project.planned_completion == PROMISE

    def test_promise_that_a_baseline_holds_stays(
        self,
        project: Project,
        step: Milestone,
        template: ScheduleTemplate,
        author: Any,
        approver: Any,
    ) -> None:
        approve(proposed(project, author), approver)
        with pytest.raises(Refused, match="已列入基线"):
            self.apply(project, template, promised_completion=date(2026, 1, 1))
        self.apply(project, template)
        assert project.milestones.count() == 3

    @pytest.mark.parametrize(
        ("after", "told"),
        [("7", "“环评”的前置步骤“7”不存在"), ("2", "绕成了圈"), ("1、3", "“3”不存在")],
    )
    def test_steps_that_make_no_plan_are_refused_by_name(
        self, template: ScheduleTemplate, after: str, told: str
    ) -> None:
        step = template.steps.get(name="环评")
        step.after = after
        with pytest.raises(ValidationError, match=told):
            save_template(template=template, saved=[step], actor=factories.system())
        step.refresh_from_db()
        assert step.after == "1"

    def test_template_without_steps_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="没有步骤"):
            save_template(
                template=ScheduleTemplate(code="empty", name="空"), actor=factories.system()
            )
        assert not ScheduleTemplate.objects.filter(code="empty").exists()

    def test_separators_are_written_one_way(
        self, project: Project, template: ScheduleTemplate
    ) -> None:
        third = TemplateStep(order=3, phase=Phase.PERMIT, name="能评", duration=1, after="1、 2")
        save_template(template=template, saved=[third], actor=factories.system())
        assert template_milestones(project, template)[2].after == "1,2"


class TestCalendars:
    def test_saved_day_counts_at_once_and_is_taken_back(self, author: Any) -> None:
        day = date(2024, 10, 16)
        record = CalendarDay(date=day, works=False, name="停电")
        save_calendar(record=record, actor=author)
        assert not site_calendars().works(day)
        delete_calendar(record=record, actor=author)
        assert site_calendars().works(day)

    @pytest.mark.parametrize(
        ("first", "last", "told"),
        [
            (date(2024, 11, 10), date(2025, 4, 10), ""),
            (date(2024, 7, 1), date(2025, 6, 30), ""),
            (date(2024, 6, 30), date(2025, 3, 31), "下半年"),
            (date(2025, 1, 1), date(2025, 3, 31), "下半年"),
            (date(2024, 11, 1), date(2025, 7, 1), "6 月底以前"),
            (date(2024, 11, 1), date(2024, 10, 31), "不能早于"),
        ],
    )
    def test_winter_lies_around_the_turn_of_its_year(
        self, author: Any, first: date, last: date, told: str
    ) -> None:
        record = WinterWindow(year=2024, first=first, last=last)
        if not told:
            save_calendar(record=record, actor=author)
            assert site_calendars().in_winter(first)
            return
        with pytest.raises(ValidationError, match=told):
            save_calendar(record=record, actor=author)


def test_only_the_office_deletes_a_milestone_that_a_baseline_holds(
    project: Project, step: Milestone, author: Any, approver: Any
) -> None:
    clerk = factories.user(REPORTER)
    factories.assignment(project=project, official=factories.official(user=clerk))
    approve(proposed(project, author), approver)
    with pytest.raises(ValidationError) as refused:
        save_parts(project=project, deleted=[step], actor=clerk)
    assert "“立项”已列入基线，不能删除" in refused.value.messages[0]
    save_parts(project=project, deleted=[step], actor=author)
    assert project.baselines.get().entries.get().name == "立项"
