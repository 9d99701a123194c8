"""Lights set by hand, thresholds on trial, the rules in words, and the days that were kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.progress import progress_rows
from kuancheng.reports.models import DailyStatus, LightOverride, RuleSet
from kuancheng.reports.project.lights import light_history
from kuancheng.reports.rules.lights import RULES
from kuancheng.reports.services import light_now, revoke_override, set_override, try_rules
from projects.models import Milestone, Project
from projects.services import save_parts, save_project
from tests import factories
from tests.forms import form_values
from tests.second import let_through

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)
OVERRIDES = "/admin/reports/lightoverride/"
RULE_SETS = "/admin/reports/ruleset/"


@contextmanager
def on(day: date) -> Iterator[date]:
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_default_timezone())
    with clock.at(moment):
        yield day


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER, full_name="项目中心")


@pytest.fixture
def red() -> Project:
    """A milestone has been overdue for 40 days today."""
    project = save_project(
        project=Project(name="示例冷库", stage="concept"), actor=factories.system()
    )
    late = Milestone(
        project=project, name="封顶", phase="construction", planned_finish=date(2024, 9, 5)
    )
    save_parts(project=project, saved=[late], actor=factories.system())
    return project


def override(project: Project, office: User, **how: Any) -> LightOverride:
    given = {"light": "blue", "since": TODAY, "until": date(2024, 10, 31), "reason": "材料正在核验"}
    made = LightOverride(project=project, **given | how)
    worn = light_now(project, TODAY)
    return set_override(override=made, seen_light=worn, today=TODAY, actor=office)


def kept(project: Project, day: date = TODAY) -> DailyStatus:
    return DailyStatus.objects.get(project=project, date=day, basis="daily")


def test_light_set_by_hand_says_who_why_until_when_and_what_the_rules_say(
    red: Project, office: User
) -> None:
    override(red, office)
    row = kept(red)
    assert (row.light, row.computed_light, row.overridden) == ("blue", "red", True)
    assert row.reasons[0]["text"] == (
        "人工调整为蓝灯（规则判定为红灯）：材料正在核验（项目中心，有效至 2024-10-31）"
    )
    assert row.reasons[1]["rule"] == "milestone_overdue"


@pytest.mark.parametrize(
    ("day", "light"),
    [(date(2024, 10, 14), "red"), (TODAY, "blue"), (date(2024, 10, 31), "blue"), (date(2024, 11, 1), "red")],
)  # fmt: skip
def test_light_set_by_hand_holds_from_its_first_to_its_last_day(
    red: Project, office: User, day: date, light: str
) -> None:
    override(red, office)
    (row,) = progress_rows([red.pk], day)
    assert row.light == light


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"reason": "好"}, "reason"),
        ({"reason": "   "}, "reason"),
        ({"since": date(2024, 10, 14)}, "since"),
        ({"until": date(2024, 10, 14)}, "until"),
        ({"until": TODAY + timedelta(days=91)}, "until"),
        ({"light": "pink"}, "light"),
    ],
)
def test_impossible_override_is_refused(
    red: Project, office: User, how: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        override(red, office, **how)
    assert field in refused.value.message_dict
    assert kept(red).light == "red"


def test_new_override_ends_the_one_that_stood(red: Project, office: User) -> None:
    first = override(red, office)
    override(red, office, light="yellow", until=TODAY + timedelta(days=90))
    first.refresh_from_db()
    assert (first.revoked_on, first.revoke_note) == (TODAY, "由新的调整替代")
    assert kept(red).light == "yellow"


def test_revoked_override_gives_the_computed_light_back(red: Project, office: User) -> None:
    made = override(red, office)
    with pytest.raises(ValidationError, match="请填写撤销说明"):
        revoke_override(
            override=made, note=" ", today=TODAY, actor=office, seen=factories.seen(made)
        )
    revoke_override(
        override=made, note="已核验完", today=TODAY, actor=office, seen=factories.seen(made)
    )
    assert (kept(red).light, kept(red).overridden) == ("red", False)
    with pytest.raises(ValidationError, match="已经结束"):
        revoke_override(
            override=made, note="再撤", today=TODAY, actor=office, seen=factories.seen(made)
        )


def test_office_sets_and_ends_it_in_the_admin(client: Client, red: Project, office: User) -> None:
    client.force_login(office)
    posted = form_values(client.get(f"{OVERRIDES}add/", {"project": red.pk}))
    assert (posted["since"], posted["until"]) == ("2024-10-15", "2024-10-29")
    posted |= {"project": str(red.pk), "light": "green", "reason": "短"}
    unseen = client.post(f"{OVERRIDES}add/", posted)
    assert "示例冷库 现在亮红灯：节点“封顶”超期 40 天" in unseen.content.decode()
    posted = form_values(unseen)
    assert "至少 4 个字" in client.post(f"{OVERRIDES}add/", posted).content.decode()
    assert client.post(f"{OVERRIDES}add/", posted | {"reason": "区领导批示"}).status_code == 302
    assert kept(red).light == "green"
    made = LightOverride.objects.get()
    assert "生效中" in client.get(OVERRIDES).content.decode()
    page = f"{OVERRIDES}{made.pk}/change/"
    shown = client.get(page)
    assert "撤销，恢复按规则亮灯" in shown.content.decode()
    client.post(page, form_values(shown) | {"revoke_note": "已核验完"})
    assert kept(red).light == "red"
    assert client.post(page, {"revoke_note": "再来"}).status_code == 403


@pytest.mark.parametrize("role", [REPORTER, READER])
def test_nobody_else_sets_one(client: Client, red: Project, office: User, role: str) -> None:
    made = override(red, office)
    client.force_login(factories.user(role))
    assert client.get(f"{OVERRIDES}add/").status_code == 403
    assert client.post(f"{OVERRIDES}{made.pk}/change/", {"revoke_note": "x"}).status_code == 403
    made.refresh_from_db()
    assert made.revoked_on is None


def test_list_page_and_api_mark_it(client: Client, red: Project, office: User, api: Client) -> None:
    override(red, office)
    client.force_login(factories.user(READER))
    assert "规则判定为红灯" in client.get("/").content.decode()
    assert "人工调灯，规则判定为红灯" in client.get(f"/projects/{red.code}/").content.decode()
    (row,) = api.get("/api/v1/progress/", {"overridden": "true"}).json()["results"]
    assert (row["light"], row["computed_light"], row["overridden"]) == ("blue", "red", True)
    assert api.get("/api/v1/progress/", {"overridden": "false"}).json()["count"] == 0
    assert api.get("/api/v1/progress/", {"rule": "milestone_overdue"}).json()["count"] == 1
    assert api.get("/api/v1/progress/", {"rule": "gap"}).json()["count"] == 0


def test_trial_tells_who_would_change_and_saves_nothing(red: Project) -> None:
    other = save_project(project=Project(name="别的", stage="concept"), actor=factories.system())
    rules = RuleSet.objects.in_force(TODAY)
    rules.milestone_red_days = 60
    changed, counts = try_rules(rules, today=TODAY)
    assert [(each.code, each.before, each.after) for each in changed] == [
        (red.code, "red", "yellow")
    ]
    assert changed[0].why == "节点“封顶”超期 40 天"
    assert counts == {"red": (1, 0), "yellow": (0, 1), "grey": (1, 1)}
    assert RuleSet.objects.get().milestone_red_days == 30
    assert kept(red).light == "red"
    assert kept(other).light == "grey"


def test_office_tries_thresholds_before_it_saves_them(
    client: Client, red: Project, office: User
) -> None:
    client.force_login(office)
    posted = form_values(client.get(f"{RULE_SETS}add/"))
    posted |= {"note": "放宽红灯", "milestone_red_days": "60", "_try": "1"}
    page = client.post(f"{RULE_SETS}add/", posted)
    text = page.content.decode()
    assert "1 个项目会变灯" in text
    assert "请修正" not in text
    assert form_values(page)["note"] == "放宽红灯"
    assert RuleSet.objects.count() == 1
    bad = client.post(f"{RULE_SETS}add/", posted | {"gap_yellow": "99"}).content.decode()
    assert "试算结果" not in bad
    assert "黄灯阈值不能大于红灯阈值" in bad
    del posted["_try"]
    assert client.post(f"{RULE_SETS}add/", posted).status_code == 302
    assert kept(red).light == "red"
    let_through()
    assert kept(red).light == "yellow"


def test_rules_are_explained_with_the_thresholds_in_force(client: Client, red: Project) -> None:
    RuleSet.objects.create(
        version=2,
        effective_from=date(2024, 10, 1),
        note="收紧",
        milestone_red_days=20,
        permit_yellow_workdays=30,
    )
    client.force_login(factories.user(READER, is_staff=False))
    page = client.get("/rules/")
    text = page.content.decode()
    assert "未完成的节点超过计划完成日 20 天以上" in text
    assert "计划 2024-09-24 完成，2024-10-15 仍未完成：超期 21 天，亮红灯" in text
    assert "节点超期红灯（天）：30 → 20" in text
    assert {ladder.code for ladder in page.context["ladders"]} == set(RULES)
    (hit,) = [each for each in page.context["ladders"] if each.code == "milestone_overdue"]
    assert hit.projects == 1
    assert client.get(hit.link).context["totals"].projects == 1
    then = client.get("/rules/", {"as_of": "2024-09-30"}).content.decode()
    assert "未完成的节点超过计划完成日 30 天以上" in then
    assert client.get("/rules/", {"as_of": "2030-01-01"}).status_code == 400


def test_history_shows_days_gaps_and_what_turned_the_light(red: Project) -> None:
    for day in (date(2024, 10, 1), date(2024, 10, 5), date(2024, 10, 6)):
        with on(day):
            daily.ensure(day, today=day)
    DailyStatus.objects.filter(date=date(2024, 10, 6)).update(light="blue", reasons=[])
    history = light_history(red, TODAY)
    by_day = {cell.day: cell for cell in history.cells}
    assert len(history.cells) == 84
    assert by_day[date(2024, 10, 2)].title == "2024-10-02 无留存"
    assert by_day[TODAY].letter == "红"
    assert [(turn.day, turn.before, turn.light) for turn in history.turns] == [
        (TODAY, "blue", "red"),
        (date(2024, 10, 6), "yellow", "blue"),
    ]
    assert history.turns[0].came == ("节点“封顶”超期 40 天",)


def test_kept_days_are_read_through_the_api(red: Project, api: Client) -> None:
    with on(date(2024, 10, 3)) as day:
        daily.ensure(day, today=day)
    with on(date(2024, 10, 4)) as day:
        daily.ensure(day, today=day)
    DailyStatus.objects.filter(date=date(2024, 10, 4)).update(light="blue")
    found = api.get("/api/v1/light-history/", {"project": red.code}).json()["results"]
    assert [(row["date"], row["light"]) for row in found] == [
        ("2024-10-15", "red"),
        ("2024-10-04", "blue"),
        ("2024-10-03", "yellow"),
    ]
    changed = api.get("/api/v1/light-history/", {"changed": "true", "project": red.code})
    assert [row["date"] for row in changed.json()["results"]] == ["2024-10-15", "2024-10-04"]
    same = api.get("/api/v1/light-history/", {"changed": "false", "project": red.code})
    assert [row["date"] for row in same.json()["results"]] == ["2024-10-03"]
    some = api.get("/api/v1/light-history/", {"date_before": "2024-10-03", "light": "yellow"})
    assert some.json()["count"] == 1
    one = api.get(f"/api/v1/light-history/{found[0]['id']}/").json()
    assert one["reasons"][0]["rule"] == "milestone_overdue"
    assert api.get("/api/v1/light-history/", {"since": "x"}).status_code == 400
