"""Templates and replans in the admin: a preview first, two people for a plan, words for a refusal."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER
from projects.choices import DurationUnit, Phase, ReplanReason, Role
from projects.models import (
    Baseline,
    Milestone,
    Pause,
    Project,
    ScheduleTemplate,
    TemplateStep,
)
from projects.services.planning import approve_plan, propose_plan, save_template
from tests import factories
from tests.forms import form_values

pytestmark = pytest.mark.django_db

PROMISE = date(2025, 6, 30)


@pytest.fixture
def reviewer(client: Client) -> Client:
    client.force_login(factories.user(REVIEWER, username="reviewer", full_name="复核员"))
    return client


@pytest.fixture
def project() -> Project:
    return factories.project(code="T-1", name="示例粮仓", planned_completion=PROMISE)


@pytest.fixture
def steps(project: Project) -> list[Milestone]:
    """Ten calendar days, then five; seen on 15 October 2024."""
    first = factories.milestone(
        project=project,
        order=1,
        name="基础",
        unit=DurationUnit.CALENDAR,
        duration=10,
        planned_start=date(2024, 10, 11),
        planned_finish=date(2024, 10, 20),
    )
    second = factories.milestone(
        project=project,
        order=2,
        name="主体",
        unit=DurationUnit.CALENDAR,
        duration=5,
        after="1",
        planned_start=date(2024, 10, 21),
        planned_finish=date(2024, 10, 25),
    )
    return [first, second]


@pytest.fixture
def template() -> ScheduleTemplate:
    made = ScheduleTemplate(code="record-filing", name="备案制工业项目")
    save_template(
        template=made,
        saved=[
            TemplateStep(order=1, phase=Phase.PERMIT, name="备案", duration=3, unit="calendar"),
            TemplateStep(
                order=2, phase=Phase.PERMIT, name="环评", duration=10, unit="calendar", after="1"
            ),
        ],
        actor=factories.system(),
    )
    return made


def url(project: Project, page: str = "change") -> str:
    return reverse(f"admin:projects_project_{page}", args=[project.pk])


def text_of(page: Any) -> str:
    return str(page.content.decode())


def approved(project: Project) -> Baseline:
    """The plan as it stands, approved by others."""
    baseline = propose_plan(
        project=project,
        days={},
        promised_completion=project.planned_completion,
        reason=ReplanReason.INITIAL,
        note="会议同意",
        actor=factories.user(REVIEWER),
        seen=factories.seen(project),
    )
    return approve_plan(
        baseline=baseline, actor=factories.user(REVIEWER), seen=factories.seen(baseline)
    )


def put_forward(project: Project, author: Any, **changes: Any) -> Baseline:
    values: dict[str, Any] = {
        "days": {},
        "promised_completion": project.planned_completion,
        "reason": ReplanReason.INITIAL,
        "note": "会议同意",
    }
    version = factories.seen(project)
    return propose_plan(project=project, seen=version, actor=author, **values | changes)


class TestTemplateAdmin:
    ADD = "/admin/projects/scheduletemplate/add/"

    def rows(self, **second: str) -> dict[str, str]:
        posted = {"code": "roads", "name": "道路工程", "steps-TOTAL_FORMS": "2"}
        posted |= {"steps-INITIAL_FORMS": "0"}
        first = {"order": "1", "name": "立项", "duration": "20"}
        for index, row in enumerate((first, {"order": "2", "name": "招标"} | second)):
            plain = {"phase": "permit", "unit": "working", "weight": "1", "duration": "30"} | row
            posted |= {f"steps-{index}-{name}": value for name, value in plain.items()}
        return posted

    def test_template_is_saved_with_its_steps(self, reviewer: Client) -> None:
        assert reviewer.post(self.ADD, self.rows(after="1")).status_code == 302
        made = ScheduleTemplate.objects.get(code="roads")
        assert list(made.steps.values_list("name", "after")) == [("立项", ""), ("招标", "1")]

    @pytest.mark.parametrize(
        ("after", "told"),
        [
            ("9", "“招标”的前置步骤“9”不存在"),
            ("2", "绕成了圈"),
            ("立项", "前置应为节点的序号"),
        ],
    )
    def test_steps_that_cannot_be_scheduled_come_back_with_words(
        self, reviewer: Client, after: str, told: str
    ) -> None:
        page = reviewer.post(self.ADD, self.rows(after=after))
        assert told in text_of(page)
        assert form_values(page)["steps-1-after"] == after
        assert not ScheduleTemplate.objects.exists()

    @pytest.mark.parametrize("role", [REPORTER, READER, AUDITOR])
    def test_others_read_templates_only(
        self, client: Client, template: ScheduleTemplate, role: str
    ) -> None:
        client.force_login(factories.user(role))
        change = reverse("admin:projects_scheduletemplate_change", args=[template.pk])
        assert client.get(change).status_code == 200
        assert client.post(change, self.rows()).status_code == 403
        assert client.post(self.ADD, self.rows()).status_code == 403


class TestApplyTemplate:
    def chosen(
        self, client: Client, project: Project, template: ScheduleTemplate
    ) -> dict[str, Any]:
        values = form_values(client.get(url(project, "template")))
        return values | {"template": str(template.pk), "by": "earliest"}

    def asked(self, client: Client, project: Project, template: ScheduleTemplate) -> dict[str, Any]:
        """What the page sends after the preview."""
        chosen = self.chosen(client, project, template)
        page = client.post(url(project, "template"), chosen | {"_preview": "1"})
        return chosen | form_values(page) | {"by": "earliest"}

    def test_preview_shows_the_days_and_saves_nothing(
        self, reviewer: Client, project: Project, template: ScheduleTemplate
    ) -> None:
        factories.milestone(project=project, order=4, name="封顶", planned_finish=PROMISE)
        chosen = self.chosen(reviewer, project, template) | {"_preview": "1"}
        page = reviewer.post(url(project, "template"), chosen)
        text = text_of(page)
        assert "承诺 2025-06-30 竣工，预计最早 2024-10-27 竣工，可以按期竣工。" in text
        assert "关键线路：备案 → 环评" in text
        # Ten days to 30 June 2025 at the latest, from the 18th at the earliest.
        for day in ("2025-06-21", "2025-06-30", "2024-10-18", "2024-10-27"):
            assert f"<td>{day}</td>" in text
        assert project.milestones.count() == 1
        chart = page.content.decode().partition('<svg class="gantt"')[2]
        assert "“环评”计划" in chart

    def test_saved_template_is_numbered_on_and_dated(
        self, reviewer: Client, project: Project, template: ScheduleTemplate
    ) -> None:
        asked = self.asked(reviewer, project, template) | {"_save": "1"}
        assert reviewer.post(url(project, "template"), asked).status_code == 302
        added = project.milestones.order_by("order").values_list("name", "planned_finish")
        assert list(added) == [("备案", date(2024, 10, 17)), ("环评", date(2024, 10, 27))]

    def test_promise_is_asked_for_where_there_is_none(
        self, reviewer: Client, template: ScheduleTemplate
    ) -> None:
        project = factories.project()
        chosen = self.chosen(reviewer, project, template) | {"_preview": "1"}
        page = reviewer.post(url(project, "template"), chosen)
        assert "没有保存" in text_of(page)
        assert form_values(page)["template"] == str(template.pk)
        chosen["promised_completion"] = "2025-06-30"
        previewed = form_values(reviewer.post(url(project, "template"), chosen))
        asked = previewed | {"by": "earliest", "_save": "1"}
        assert reviewer.post(url(project, "template"), asked).status_code == 302
        project.refresh_from_db()
        assert project.planned_completion == PROMISE

    def test_refusal_keeps_what_was_typed(
        self, reviewer: Client, project: Project, template: ScheduleTemplate
    ) -> None:
        approved(project)
        project.refresh_from_db()
        asked = self.asked(reviewer, project, template) | {
            "_save": "1",
            "promised_completion": "2026-01-01",
        }
        page = reviewer.post(url(project, "template"), asked)
        assert "已列入基线" in text_of(page)
        assert form_values(page)["promised_completion"] == "2026-01-01"
        assert not project.milestones.exists()

    def test_project_changed_meanwhile_is_previewed_again(
        self, reviewer: Client, project: Project, template: ScheduleTemplate
    ) -> None:
        asked = self.asked(reviewer, project, template) | {"_save": "1"}
        Project.objects.update(version=7)
        page = reviewer.post(url(project, "template"), asked)
        assert "您打开之后项目又有修改" in text_of(page)
        assert not project.milestones.exists()
        again = form_values(page) | {"_save": "1", "by": "earliest"}
        assert reviewer.post(url(project, "template"), again).status_code == 302

    def test_step_that_the_project_has_is_shown_and_left_out(
        self, reviewer: Client, project: Project, template: ScheduleTemplate
    ) -> None:
        # The names differ by a space only.
        factories.milestone(project=project, order=4, name="备 案", planned_finish=PROMISE)
        chosen = self.chosen(reviewer, project, template) | {"_preview": "1"}
        page = reviewer.post(url(project, "template"), chosen)
        second = template.steps.get(name="环评")
        assert "已有同名节点" in text_of(page)
        assert form_values(page)["steps"] == str(second.pk)
        asked = form_values(page) | {"by": "earliest", "_save": "1"}
        assert reviewer.post(url(project, "template"), asked).status_code == 302
        added = project.milestones.order_by("order").values_list("order", "name", "after")
        assert list(added) == [(4, "备 案", ""), (5, "环评", "4")]

    def test_second_step_of_a_name_is_added_where_it_is_ticked(
        self, reviewer: Client, project: Project, template: ScheduleTemplate
    ) -> None:
        factories.milestone(project=project, order=4, name="备案", planned_finish=PROMISE)
        both = [str(step.pk) for step in template.steps.all()]
        asked = self.asked(reviewer, project, template) | {"steps": both}
        page = reviewer.post(url(project, "template"), asked | {"_preview": "1"})
        assert "再加一个同名" in text_of(page)
        again = form_values(page) | {"by": "earliest", "_save": "1"}
        assert reviewer.post(url(project, "template"), again).status_code == 302
        added = project.milestones.order_by("order").values_list("order", "name", "after")
        assert list(added) == [(4, "备案", ""), (5, "备案", ""), (6, "环评", "5")]

    def test_row_is_left_out_of_the_preview_and_of_the_project(
        self, reviewer: Client, project: Project, template: ScheduleTemplate
    ) -> None:
        asked = self.asked(reviewer, project, template)
        asked["steps"] = str(template.steps.get(name="环评").pk)
        page = reviewer.post(url(project, "template"), asked | {"_preview": "1"})
        assert "关键线路：环评" in text_of(page)
        assert "不加入" in text_of(page)
        reviewer.post(url(project, "template"), form_values(page) | {"_save": "1"})
        assert list(project.milestones.values_list("name", "after")) == [("环评", "")]

    def test_nothing_is_saved_before_its_steps_were_shown(
        self, reviewer: Client, project: Project, template: ScheduleTemplate
    ) -> None:
        unseen = self.chosen(reviewer, project, template) | {"_save": "1"}
        assert "请先核对下面的步骤" in text_of(reviewer.post(url(project, "template"), unseen))
        other = ScheduleTemplate(code="other", name="另一种")
        save_template(
            template=other,
            saved=[TemplateStep(order=1, phase="permit", name="选址", duration=3)],
            actor=factories.system(),
        )
        changed = self.asked(reviewer, project, template) | {
            "template": str(other.pk),
            "_save": "1",
        }
        page = reviewer.post(url(project, "template"), changed)
        assert "请先核对下面的步骤" in text_of(page)
        assert form_values(page)["steps"] == str(other.steps.get().pk)
        assert not project.milestones.exists()

    def test_no_step_ticked_is_told(
        self, reviewer: Client, project: Project, template: ScheduleTemplate
    ) -> None:
        asked = self.asked(reviewer, project, template) | {"steps": [], "_save": "1"}
        page = reviewer.post(url(project, "template"), asked)
        assert "没有勾选要加入的步骤" in text_of(page)

    def test_step_that_is_gone_is_told(
        self, reviewer: Client, project: Project, template: ScheduleTemplate
    ) -> None:
        asked = self.asked(reviewer, project, template) | {"_save": "1"}
        template.steps.get(name="环评").delete()
        page = reviewer.post(url(project, "template"), asked)
        assert "流程模板已有修改，请重新预览" in text_of(page)
        assert not project.milestones.exists()

    def test_plan_that_cannot_be_computed_has_no_button_to_save(
        self, reviewer: Client, project: Project, template: ScheduleTemplate
    ) -> None:
        chosen = self.chosen(reviewer, project, template) | {"_preview": "1"}
        assert 'name="_save"' in text_of(reviewer.post(url(project, "template"), chosen))
        factories.milestone(project=project, order=4, name="封顶", after="9")
        chosen = self.chosen(reviewer, project, template) | {"_preview": "1"}
        text = text_of(reviewer.post(url(project, "template"), chosen))
        assert "暂不能倒排工期" in text
        assert 'name="_save"' not in text


class TestReplan:
    def asked(self, client: Client, project: Project, **typed: str) -> dict[str, Any]:
        values = form_values(client.get(url(project, "replan")))
        return values | {"by": "as_planned", "reason": "initial", "note": "会议同意"} | typed

    def test_first_page_keeps_the_plan_as_it_is(
        self, reviewer: Client, project: Project, steps: list[Milestone]
    ) -> None:
        values = form_values(reviewer.get(url(project, "replan")))
        assert values[f"start_{steps[0].pk}"] == "2024-10-11"
        assert values[f"finish_{steps[1].pk}"] == "2024-10-25"

    @pytest.mark.parametrize(
        ("by", "days", "moved"),
        [
            ("latest", ["2025-06-16", "2025-06-25", "2025-06-26", "2025-06-30"], "晚 248 天"),
            ("earliest", ["2024-10-15", "2024-10-24", "2024-10-25", "2024-10-29"], "晚 4 天"),
        ],
    )
    def test_recomputed_days_are_filled_in_and_nothing_is_saved(
        self,
        reviewer: Client,
        project: Project,
        steps: list[Milestone],
        by: str,
        days: list[str],
        moved: str,
    ) -> None:
        asked = self.asked(reviewer, project, by=by, note="先看看") | {"_preview": "1"}
        page = reviewer.post(url(project, "replan"), asked)
        values = form_values(page)
        names = [f"{end}_{step.pk}" for step in steps for end in ("start", "finish")]
        assert [values[name] for name in names] == days
        assert moved in text_of(page)
        assert values["note"] == "先看看"
        assert not Baseline.objects.exists()

    def test_broken_promise_is_told_with_what_would_keep_it(
        self, reviewer: Client, project: Project, steps: list[Milestone]
    ) -> None:
        # Fifteen days from 15 October end on the 29th; promised for the 25th.
        asked = self.asked(reviewer, project, promised_completion="2024-10-25")
        text = text_of(reviewer.post(url(project, "replan"), asked | {"_preview": "1"}))
        assert "承诺 2024-10-25 竣工，预计最早 2024-10-29 竣工，晚 4 天（2 个工作日）。" in text
        assert "天压缩到 6 天" in text
        assert "“主体”与“基础”并行" in text

    @pytest.mark.parametrize(
        ("facts", "why"),
        [
            ({"actual_start": date(2024, 10, 11)}, "不动：已开始"),
            ({"confirmed": True}, "不动：日期已定"),
        ],
    )
    def test_fixed_steps_have_no_inputs(
        self,
        reviewer: Client,
        project: Project,
        steps: list[Milestone],
        facts: dict[str, Any],
        why: str,
    ) -> None:
        Milestone.objects.filter(pk=steps[0].pk).update(**facts)
        page = reviewer.get(url(project, "replan"))
        assert why in text_of(page)
        assert f"start_{steps[0].pk}" not in form_values(page)
        assert f"start_{steps[1].pk}" in form_values(page)

    def test_typed_days_are_put_forward(
        self, reviewer: Client, project: Project, steps: list[Milestone]
    ) -> None:
        asked = self.asked(reviewer, project) | {
            f"finish_{steps[1].pk}": "2024-11-08",
            "_propose": "1",
        }
        assert reviewer.post(url(project, "replan"), asked).status_code == 302
        entries = Baseline.objects.get().entries.values_list("name", "planned_finish")
        assert list(entries) == [("基础", date(2024, 10, 20)), ("主体", date(2024, 11, 8))]
        shown = text_of(reviewer.get(url(project)))
        assert "待批准的计划调整" in shown
        assert "2024-10-21 至 2024-10-25" in shown
        assert "2024-10-21 至 2024-11-08" in shown
        assert "晚 14 天" in shown

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({"note": ""}, "必填项"),
            ({"reason": "weather"}, "不在可用的选项中"),
            ({"promised_completion": "2025-02-31"}, "有效的日期"),
            ({"second_finish": "2024-10-01"}, "不能早于计划开始（2024-10-21）"),
            ({"second_finish": ""}, "必填项"),
            ({"promised_completion": "2023-01-01", "note": "x" * 201}, "不超过"),
        ],
    )
    def test_bad_input_comes_back_with_everything_typed(
        self,
        reviewer: Client,
        project: Project,
        steps: list[Milestone],
        typed: dict[str, str],
        told: str,
    ) -> None:
        names = {"second_finish": f"finish_{steps[1].pk}"}
        typed = {names.get(name, name): value for name, value in typed.items()}
        mine = {f"start_{steps[0].pk}": "2024-10-12"}
        asked = self.asked(reviewer, project) | mine | typed | {"_propose": "1"}
        page = reviewer.post(url(project, "replan"), asked)
        assert page.status_code == 200
        assert told in text_of(page)
        assert form_values(page)[f"start_{steps[0].pk}"] == "2024-10-12"
        assert not Baseline.objects.exists()

    def test_project_changed_meanwhile_is_shown_again(
        self, reviewer: Client, project: Project, steps: list[Milestone]
    ) -> None:
        asked = self.asked(reviewer, project) | {"_propose": "1"}
        Project.objects.update(version=7)
        page = reviewer.post(url(project, "replan"), asked)
        assert "您打开之后项目又有修改" in text_of(page)
        again = form_values(page) | {"by": "as_planned", "_propose": "1"}
        assert reviewer.post(url(project, "replan"), again).status_code == 302

    def test_second_proposal_waits(self, reviewer: Client, project: Project) -> None:
        put_forward(project, factories.user(REVIEWER))
        page = reviewer.get(url(project, "replan"), follow=True)
        assert "已有一份计划调整待批准" in text_of(page)

    def test_project_without_a_schedule_says_what_is_missing(self, reviewer: Client) -> None:
        project = factories.project()
        assert "没有登记计划竣工日期" in text_of(reviewer.get(url(project, "replan")))


class TestDecision:
    @pytest.fixture
    def waiting(self, project: Project, steps: list[Milestone]) -> Baseline:
        days = {steps[1].pk: (date(2024, 10, 21), date(2024, 11, 8))}
        return put_forward(project, factories.user(REVIEWER, full_name="提出人"), days=days)

    def decide(self, client: Client, baseline: Baseline, page: str) -> str:
        posted = {"baseline": str(baseline.pk), "seen_version": str(factories.seen(baseline))}
        return text_of(client.post(url(baseline.project, page), posted, follow=True))

    def test_other_person_approves(
        self, reviewer: Client, waiting: Baseline, steps: list[Milestone]
    ) -> None:
        assert "已批准，成为基线 1" in self.decide(reviewer, waiting, "approve")
        steps[1].refresh_from_db()
        assert steps[1].planned_finish == date(2024, 11, 8)

    def test_author_is_told_to_ask_another(self, client: Client, waiting: Baseline) -> None:
        assert waiting.author is not None
        client.force_login(waiting.author)
        page = text_of(client.get(url(waiting.project)))
        assert "您是提出人，需要另一人批准" in page
        assert url(waiting.project, "approve") not in page
        assert "提出人不能批准" in self.decide(client, waiting, "approve")
        waiting.refresh_from_db()
        assert waiting.number is None

    def test_step_that_started_meanwhile_is_told_in_words(
        self, reviewer: Client, waiting: Baseline, steps: list[Milestone]
    ) -> None:
        Milestone.objects.filter(pk=steps[1].pk).update(actual_start=date(2024, 10, 14))
        assert "与提出时不同，请撤回后重新提出" in self.decide(reviewer, waiting, "approve")

    def test_withdrawn_plan_is_gone_and_cannot_be_approved(
        self, reviewer: Client, waiting: Baseline
    ) -> None:
        assert "已撤回计划调整" in self.decide(reviewer, waiting, "withdraw")
        assert "可能已被撤回" in self.decide(reviewer, waiting, "approve")
        assert not Baseline.objects.exists()

    def test_approved_plan_is_not_withdrawn(self, reviewer: Client, waiting: Baseline) -> None:
        self.decide(reviewer, waiting, "approve")
        assert "已批准的基线不能删除" in self.decide(reviewer, waiting, "withdraw")
        assert Baseline.objects.get().number == 1

    @pytest.mark.parametrize("number", ["", "abc", "²", "9" * 30, "0"])
    def test_odd_numbers_are_answered_in_words(
        self, reviewer: Client, waiting: Baseline, number: str
    ) -> None:
        page = reviewer.post(url(waiting.project, "approve"), {"baseline": number}, follow=True)
        assert "可能已被撤回" in text_of(page)

    def test_proposal_of_another_project_is_not_approved_here(
        self, reviewer: Client, waiting: Baseline
    ) -> None:
        other = factories.project()
        reviewer.post(url(other, "approve"), {"baseline": str(waiting.pk)})
        waiting.refresh_from_db()
        assert waiting.number is None

    @pytest.mark.parametrize("page", ["approve", "withdraw"])
    def test_reading_decides_nothing(self, reviewer: Client, waiting: Baseline, page: str) -> None:
        assert reviewer.get(url(waiting.project, page)).status_code == 405
        waiting.refresh_from_db()
        assert waiting.number is None


class TestBaselines:
    def test_baselines_are_read_and_never_changed(
        self, reviewer: Client, project: Project, steps: list[Milestone]
    ) -> None:
        baseline = approved(project)
        one = reverse("admin:projects_baseline_change", args=[baseline.pk])
        assert "基线 1" in text_of(reviewer.get("/admin/projects/baseline/?q=T-1"))
        page = reviewer.get(one)
        assert "基础" in text_of(page)
        assert "entries-0-name" not in form_values(page)
        assert reviewer.post(one, {"note": "改"}).status_code == 403
        delete = reverse("admin:projects_baseline_delete", args=[baseline.pk])
        assert reviewer.post(delete, {"post": "yes"}).status_code == 403
        assert reviewer.post("/admin/projects/baseline/add/", {}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [baseline.pk], "post": "yes"}
        reviewer.post("/admin/projects/baseline/", chosen)
        assert Baseline.objects.get().note == "会议同意"


class TestMilestoneTable:
    def test_slip_is_counted_from_the_first_baseline(
        self, reviewer: Client, project: Project, steps: list[Milestone]
    ) -> None:
        approved(project)
        Milestone.objects.filter(pk=steps[0].pk).update(actual_finish=date(2024, 10, 14))
        Milestone.objects.filter(pk=steps[1].pk).update(planned_finish=date(2024, 10, 28))
        text = text_of(reviewer.get(url(project)))
        assert "早 6 天" in text
        assert "晚 3 天" in text

    def test_days_of_a_baseline_are_refused_and_everything_typed_stays(
        self, reviewer: Client, project: Project, steps: list[Milestone]
    ) -> None:
        approved(project)
        posted = form_values(reviewer.get(url(project))) | {
            "milestones-0-planned_finish": "2024-10-22",
            "milestones-1-note": "我的说明",
        }
        page = reviewer.post(url(project), posted)
        assert "“基础”的计划日期已列入基线" in text_of(page)
        again = form_values(page)
        assert again["milestones-0-planned_finish"] == "2024-10-22"
        assert again["milestones-1-note"] == "我的说明"

    def test_promise_of_a_baseline_is_refused_at_its_input(
        self, reviewer: Client, project: Project
    ) -> None:
        approved(project)
        posted = form_values(reviewer.get(url(project))) | {"planned_completion": "2026-01-01"}
        page = reviewer.post(url(project), posted)
        errors = page.context["adminform"].form.errors
        assert "竣工日期已列入基线" in errors["planned_completion"][0]
        assert form_values(page)["planned_completion"] == "2026-01-01"

    def test_late_finish_asks_for_the_reason_and_takes_it(
        self, reviewer: Client, project: Project, steps: list[Milestone]
    ) -> None:
        Milestone.objects.filter(pk=steps[0].pk).update(planned_finish=date(2024, 10, 12))
        posted = form_values(reviewer.get(url(project))) | {
            "milestones-0-actual_start": "2024-10-11",
            "milestones-0-actual_finish": "2024-10-14",
        }
        page = reviewer.post(url(project), posted)
        assert "请填写“逾期原因”" in text_of(page)
        again = form_values(page) | {"milestones-0-late_reason": "连续降雨"}
        assert again["milestones-0-actual_finish"] == "2024-10-14"
        assert reviewer.post(url(project), again).status_code == 302
        steps[0].refresh_from_db()
        assert steps[0].late_reason == "连续降雨"

    def test_wrong_predecessor_is_told_at_its_input(
        self, reviewer: Client, project: Project, steps: list[Milestone]
    ) -> None:
        posted = form_values(reviewer.get(url(project))) | {"milestones-1-after": "基础"}
        assert "前置应为节点的序号" in text_of(reviewer.post(url(project), posted))

    def test_pause_is_added_to_a_step_of_the_project_only(
        self, reviewer: Client, project: Project, steps: list[Milestone]
    ) -> None:
        foreign = factories.milestone(project=factories.project())
        posted = form_values(reviewer.get(url(project))) | {
            "pauses-TOTAL_FORMS": "1",
            "pauses-0-reason": "supplement",
            "pauses-0-first": "2024-10-12",
        }
        reviewer.post(url(project), posted | {"pauses-0-milestone": str(foreign.pk)})
        assert not Pause.objects.exists()
        answer = reviewer.post(url(project), posted | {"pauses-0-milestone": str(steps[0].pk)})
        assert answer.status_code == 302
        assert Pause.objects.get().milestone == steps[0]


@pytest.mark.parametrize("count", [1, 30])
def test_project_and_replan_ask_the_same_number_of_questions(
    reviewer: Client, project: Project, count: int, django_assert_max_num_queries: Any
) -> None:
    for order in range(1, count + 1):
        step = factories.milestone(project=project, order=order, after=str(order - 1 or ""))
        Pause.objects.create(
            project=project, milestone=step, reason="review", first=date(2024, 10, 1)
        )
    put_forward(project, factories.user(REVIEWER))
    with django_assert_max_num_queries(30):
        assert reviewer.get(url(project)).status_code == 200
    Baseline.objects.all().delete()
    with django_assert_max_num_queries(23):
        assert reviewer.get(url(project, "replan")).status_code == 200


class TestDoors:
    PAGES = ("template", "replan", "approve", "withdraw")

    @pytest.fixture
    def clerk(self, client: Client) -> Client:
        client.force_login(factories.user(REPORTER, username="clerk"))
        return client

    @pytest.fixture
    def own(self, clerk: Client) -> Project:
        made = factories.project(name="我的粮仓", planned_completion=PROMISE)
        person = factories.official(user=User.objects.get(username="clerk"))
        factories.assignment(project=made, official=person, role=Role.LIAISON_OFFICER)
        return made

    @pytest.mark.parametrize(
        ("page", "get", "post"),
        [
            ("template", 200, 200),
            ("replan", 403, 403),
            ("approve", 403, 403),
            ("withdraw", 403, 403),
        ],
    )
    def test_clerk_applies_templates_to_his_own_projects_and_plans_nothing(
        self, clerk: Client, own: Project, page: str, get: int, post: int
    ) -> None:
        assert clerk.get(url(own, page)).status_code == get
        assert clerk.post(url(own, page), {}).status_code == post

    @pytest.mark.parametrize("page", PAGES)
    def test_foreign_project_is_closed_to_a_clerk(
        self, clerk: Client, own: Project, project: Project, page: str
    ) -> None:
        assert clerk.get(url(project, page)).status_code == 403
        assert clerk.post(url(project, page), {}).status_code == 403

    @pytest.mark.parametrize("role", [READER, AUDITOR])
    @pytest.mark.parametrize("page", PAGES)
    def test_readers_plan_nothing(
        self, client: Client, project: Project, role: str, page: str
    ) -> None:
        client.force_login(factories.user(role))
        assert client.post(url(project, page), {}).status_code == 403

    @pytest.mark.parametrize("page", PAGES)
    def test_account_without_a_role_finds_no_project(
        self, client: Client, project: Project, page: str
    ) -> None:
        client.force_login(factories.user())
        assert client.post(url(project, page), {}).status_code == 404

    def test_clerk_reads_the_proposal_without_buttons(self, clerk: Client, own: Project) -> None:
        put_forward(own, factories.user(REVIEWER))
        text = text_of(clerk.get(url(own)))
        assert "待批准的计划调整" in text
        assert url(own, "approve") not in text
        assert url(own, "withdraw") not in text

    def test_clerk_is_sent_to_the_office_for_a_replan(self, clerk: Client, own: Project) -> None:
        approved(own)
        text = text_of(clerk.get(url(own)))
        assert "由项目中心走“调整计划”" in text
        assert url(own, "replan") not in text

    def test_clerk_does_not_pause_his_steps(self, clerk: Client, own: Project) -> None:
        step = factories.milestone(project=own)
        posted = form_values(clerk.get(url(own))) | {
            "pauses-TOTAL_FORMS": "1",
            "pauses-INITIAL_FORMS": "0",
            "pauses-0-milestone": str(step.pk),
            "pauses-0-reason": "supplement",
            "pauses-0-first": "2024-10-12",
        }
        clerk.post(url(own), posted)
        assert not Pause.objects.exists()
