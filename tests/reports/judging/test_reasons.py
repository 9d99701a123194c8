"""Reasons as they are kept: found by their rule, and known again from one day to the next."""

from datetime import date
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from kuancheng.reports.choices import Basis
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.reasons import added
from kuancheng.reports.models import DailyStatus, LightOverride
from kuancheng.reports.rules.lights import RULES
from projects.models import Milestone, Project
from projects.services import save_parts
from tests import factories

TODAY = date(2024, 10, 15)


def reason(key: str = "1", name: str = "主体封顶", **fields: Any) -> dict[str, Any]:
    subject = {"kind": "milestone", "key": key, "name": name}
    text = f"节点“{name}”超期 3 天"
    return {
        "rule": "milestone_overdue",
        "light": "yellow",
        "text": text,
        "subject": subject,
    } | fields


WHOLE = {"rule": "gap", "light": "yellow", "text": "落后 12 个百分点", "subject": None}


@pytest.mark.parametrize(
    ("now", "before", "new"),
    [
        (reason(), reason(), False),
        (reason(text="节点“主体封顶”超期 4 天"), reason(), False),
        (reason(name="封顶"), reason(name="主体封顶"), False),  # renamed
        (reason(key="2"), reason(key="1"), True),  # its namesake
        (reason(light="red"), reason(), True),
        (reason(rule="milestone_due"), reason(), True),
        (WHOLE, WHOLE | {"text": "落后 13 个百分点"}, False),
        (reason(), WHOLE, True),
        # Kept before keys were: by its name, whichever of the two lacks the key.
        (reason(), reason(key=""), False),
        (reason(key=""), reason(), False),
        (reason(name="封顶"), reason(key=""), True),
        # Nothing at all is known of what it was about.
        (reason(), reason(subject=None), True),
    ],
)
def test_a_reason_is_new_when_nothing_before_says_the_same_of_the_same_thing(
    now: dict[str, Any], before: dict[str, Any], new: bool
) -> None:
    assert added([now], [before]) == ([now] if new else [])


def test_the_second_of_two_namesakes_is_new_beside_the_first() -> None:
    first, second = reason(key="1"), reason(key="2")
    assert added([first, second], [first]) == [second]


def kept(project: Project, *reasons: dict[str, Any], **fields: Any) -> DailyStatus:
    """A row as it was kept before rules had a column and reasons a subject."""
    defaults: dict[str, Any] = {
        "date": TODAY,
        "known_on": TODAY,
        "basis": Basis.DAILY,
        "stage": project.stage,
        "standing": project.standing,
        "light": "red",
        "computed_light": "red",
        "severity": 4,
        "money_month": date(2024, 9, 1),
        "reasons": list(reasons),
    }
    return DailyStatus.objects.create(project=project, **defaults | fields)


def old(rule: str, text: str, light: str = "red") -> dict[str, Any]:
    return {"rule": rule, "light": light, "text": text, "days": 3, "points": None, "agency": ""}


@pytest.mark.django_db
class TestFired:
    """Which rows a rule is among the reasons of."""

    def test_every_rule_finds_its_own_rows_and_no_others(self) -> None:
        for rule in RULES:
            kept(factories.project(code=rule.replace("_", "-")), fired_rules=f",{rule},")
        kept(factories.project(), fired_rules="")
        for rule in RULES:
            assert [row.fired_rules for row in DailyStatus.objects.fired(rule)] == [f",{rule},"]

    def test_any_of_several_rules_is_enough(self) -> None:
        kept(factories.project(), fired_rules=",gap,start_late,")
        kept(factories.project(), fired_rules=",start_late,")
        assert DailyStatus.objects.fired("gap", "override").count() == 1
        assert DailyStatus.objects.fired("gap", "start_late").count() == 2

    def test_words_of_a_reason_that_look_like_a_rule_are_not_taken_for_one(self) -> None:
        sly = factories.project(stage="started")
        name = '"rule": "gap", ,gap,'
        factories.milestone(project=sly, name=name, planned_finish=date(2024, 10, 1))
        daily.ensure(TODAY, today=TODAY)
        row = DailyStatus.objects.get()
        assert name in row.reasons[0]["text"]
        assert not DailyStatus.objects.fired("gap").exists()
        assert list(DailyStatus.objects.fired("milestone_overdue")) == [row]

    def test_all_rules_at_once_have_room(self) -> None:
        column = DailyStatus._meta.get_field("fired_rules")
        assert column.max_length is not None
        assert len(f",{','.join(RULES)},") <= column.max_length


@pytest.mark.django_db
class TestSubjects:
    """What a reason is about."""

    def test_a_reason_carries_its_milestone_or_month(self) -> None:
        project = factories.project()
        step = factories.milestone(project=project, name="封顶", planned_finish=date(2024, 10, 1))
        daily.ensure(TODAY, today=TODAY)
        assert [each["subject"] for each in DailyStatus.objects.get().reasons] == [
            {"kind": "milestone", "key": str(step.pk), "name": "封顶"},
            {"kind": "month", "key": "2024-09", "name": "2024年9月"},
        ]

    def test_a_renamed_milestone_is_no_news(self) -> None:
        project = factories.project()
        step = factories.milestone(project=project, name="封顶", planned_finish=date(2024, 10, 1))
        daily.ensure(TODAY, today=TODAY)
        before = DailyStatus.objects.get().reasons
        step.name = "主体封顶"
        save_parts(project=project, saved=[step], actor=factories.system())
        now = DailyStatus.objects.get().reasons
        assert now[0]["text"] == "节点“主体封顶”超期 14 天"
        assert added(now, before) == []

    def test_systems_are_not_sent_the_subject(self, api: Client) -> None:
        project = factories.project()
        factories.milestone(project=project, planned_finish=date(2024, 10, 1))
        daily.ensure(TODAY, today=TODAY)
        for path in (f"progress/{project.code}", "progress", "light-history"):
            found = api.get(f"/api/v1/{path}/").json()
            row = found["results"][0] if "results" in found else found
            assert list(row["reasons"][0]) == ["rule", "light", "text", "days", "points", "agency"]


@pytest.mark.django_db
class TestKeptBefore:
    """Rows that were kept before get what can be told of them, and keep the rest."""

    def migrate(self) -> None:
        module = import_module("kuancheng.reports.migrations.0006_reason_subjects")
        module.give_subjects(apps, SimpleNamespace(connection=connection))

    def test_milestone_is_found_by_the_name_it_then_had(self) -> None:
        project = factories.project()
        step = factories.milestone(project=project, name="开“工”")
        step.name = "动工"
        step.save_by(factories.system())
        row = kept(project, old("milestone_overdue", "节点“开“工””超期 3 天"))
        self.migrate()
        row.refresh_from_db()
        subject = {"kind": "milestone", "key": str(step.pk), "name": "开“工”"}
        assert row.reasons == [
            old("milestone_overdue", "节点“开“工””超期 3 天") | {"subject": subject}
        ]
        assert row.fired_rules == ",milestone_overdue,"

    @pytest.mark.parametrize("text", ["节点“封顶”今天到期", "节点“封顶”还有 7 天到期"])
    def test_namesakes_are_known_by_their_name_alone(self, text: str) -> None:
        project = factories.project()
        for order in (1, 2):
            factories.milestone(project=project, name="封顶", order=order)
        factories.milestone(project=factories.project(), name="封顶")
        row = kept(project, old("milestone_due", text, "blue"))
        self.migrate()
        row.refresh_from_db()
        assert row.reasons[0]["subject"] == {"kind": "milestone", "key": "", "name": "封顶"}

    def test_months_and_overrides_are_told_and_the_project_as_a_whole_is_none(self) -> None:
        project, author = factories.project(), factories.user(full_name="王五")
        held = LightOverride.objects.create(
            project=project, light="blue", reason="已协调（会议）", author=author,
            since=date(2024, 10, 10), until=date(2024, 10, 31),
        )  # fmt: skip
        text = "人工调整为蓝灯（规则判定为红灯）：已协调（会议）（王五，有效至 2024-10-31）"
        row = kept(
            project,
            old("override", text, "blue"),
            old("gap", "投资完成落后序时 31 个百分点"),
            old("report_missing", "9月进展未报送", "yellow"),
        )
        self.migrate()
        row.refresh_from_db()
        assert [each["subject"] for each in row.reasons] == [
            {"kind": "override", "key": str(held.pk), "name": "王五，有效至 2024-10-31"},
            None,
            {"kind": "month", "key": "2024-09", "name": "2024年9月"},
        ]
        assert row.fired_rules == ",gap,override,report_missing,"

    def test_a_milestone_that_is_gone_is_still_told_by_name(self) -> None:
        project = factories.project()
        Milestone.history.all().delete()
        row = kept(project, old("milestone_overdue", "节点“拆迁”超期 3 天"))
        self.migrate()
        row.refresh_from_db()
        assert row.reasons[0]["subject"] == {"kind": "milestone", "key": "", "name": "拆迁"}
