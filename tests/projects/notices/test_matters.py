"""Each turn of a matter is told to those whom it concerns, once, and to nobody else."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.notices.choices import Mode
from kuancheng.notices.models import Notice
from kuancheng.notices.services import save_preferences
from kuancheng.records.announcing import Action, Announcement, together
from projects.choices import Outcome, Role
from projects.models import Deputy, Matter, MatterStep
from projects.notices import matters
from projects.notices.turns import MATTER_OVER
from projects.rules.matters.steps import Step
from projects.services.matters.drafts import save_matter
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from tests import factories
from tests.clock import on
from tests.projects.uploads import photo

pytestmark = pytest.mark.django_db

DUE = date(2024, 10, 25)
LATER = date(2024, 11, 8)


class Stage:
    """Everybody who has to do with one matter, each with a name that says what he is."""

    def __init__(self) -> None:
        self.agency, self.other, self.supporter = (factories.agency() for _ in range(3))
        self.people = {
            "提出": factories.user(REPORTER),
            "督查": factories.user(REVIEWER),
            "核查": factories.user(REVIEWER),
            "复核": factories.user(REVIEWER),
            "承办": self.clerk(self.agency),
            "同事": self.clerk(self.agency),
            "他局": self.clerk(self.other),
            "配合": self.clerk(self.supporter),
            "秘书": factories.user(REPORTER),
            "包保": factories.user(READER, is_staff=False),
        }
        for name, user in self.people.items():
            User.objects.filter(pk=user.pk).update(full_name=name)
            user.full_name = name
        self.project = factories.project(name="示例冷链物流园")
        self.assign("秘书", Role.LIAISON_OFFICER)
        self.assign("包保", Role.LEAD_OFFICIAL)
        self.matter = factories.matter(
            title="临时用电",
            project=self.project,
            lead_agency=self.agency,
            author=self.people["提出"],
            verifier=self.people["核查"],
        )
        self.matter.supporters.add(self.supporter)

    def clerk(self, agency: Any) -> User:
        user = factories.user(REPORTER)
        factories.official(user=user, agency=agency)
        return user

    def assign(self, name: str, role: str) -> None:
        official = factories.official(user=self.people[name])
        factories.assignment(project=self.project, official=official, role=role)

    def does(self, name: str, step: Step, **given: Any) -> None:
        take_step(
            matter=self.matter,
            step=step,
            actor=self.people[name],
            seen=factories.seen(self.matter),
            given=Given(**given),
        )

    def goes(self, *way: str) -> None:
        for each in way:
            name, step, given = WAY[each]
            self.does(name, step, **self.fitted(given))

    def fitted(self, given: dict[str, Any]) -> dict[str, Any]:
        return {
            key: getattr(self, value) if key == "agency" else [photo()] if key == "files" else value
            for key, value in given.items()
        }


WAY: dict[str, tuple[str, Step, dict[str, Any]]] = {
    "交办": ("督查", Step.ISSUE, {"due": DUE}),
    "签收": ("承办", Step.SIGN, {}),
    "代签": ("督查", Step.SIGN, {}),
    "异议": ("承办", Step.OBJECT, {"text": "应由他局办", "agency": "other"}),
    "维持": ("督查", Step.UPHOLD, {"text": "属本单位职责"}),
    "改派": ("督查", Step.REASSIGN, {"text": "调整", "agency": "other", "due": DUE}),
    "进展": ("承办", Step.NOTE, {"text": "已勘查"}),
    "反馈": ("承办", Step.ANSWER, {"text": "已增容", "outcome": Outcome.SOLVED, "files": 1}),
    "销号": ("核查", Step.CLOSE, {"text": "属实"}),
    "退回": ("核查", Step.RETURN, {"text": "没有通电"}),
    "申请延期": ("承办", Step.ASK_EXTENSION, {"due": LATER, "text": "设备未到"}),
    "再申请": ("承办", Step.ASK_EXTENSION, {"due": date(2024, 11, 15), "text": "设备未到"}),
    "同意延期": ("督查", Step.EXTEND, {}),
    "不同意延期": ("督查", Step.REFUSE_EXTENSION, {"text": "抓紧"}),
    "申请暂停": ("承办", Step.ASK_PAUSE, {"first": date(2024, 10, 15), "text": "公示", "files": 1}),
    "同意暂停": ("督查", Step.PAUSE, {}),
    "不同意暂停": ("督查", Step.REFUSE_PAUSE, {"text": "不必"}),
    "恢复": ("督查", Step.RESUME, {}),
    "调级": ("督查", Step.SET_LEVEL, {"level": 3, "text": "要紧"}),
    "重开": ("督查", Step.REOPEN, {"due": DUE, "text": "又停电"}),
    "作废": ("督查", Step.VOID, {"text": "重复"}),
    "申诉": ("承办", Step.APPEAL, {"text": "已经办好"}),
    "维持结论": ("复核", Step.DENY_APPEAL, {"text": "没有办好"}),
    "支持申诉": ("复核", Step.GRANT_APPEAL, {"text": "确有困难", "due": DUE}),
}

TODO, DECIDE, NEWS, OVER = "matter_todo", "matter_decide", "matter_news", "matter_over"
ALL = ("提出", "承办", "同事", "配合", "秘书", "包保")


@pytest.fixture
def stage() -> Stage:
    return Stage()


def told(**wanted: Any) -> dict[str, str]:
    """Who was told as what; fails for anybody who was told twice."""
    found = list(Notice.objects.filter(**wanted).select_related("recipient"))
    names = [each.recipient.full_name for each in found]
    assert len(names) == len(set(names)), names
    return {each.recipient.full_name: each.kind for each in found}


def every(kind: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, kind)


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("交办", every(TODO, "承办", "同事") | every(NEWS, "配合", "秘书", "提出")),
        ("交办 签收", every(NEWS, "同事", "提出")),
        ("交办 代签", every(NEWS, "承办", "同事", "提出")),
        ("交办 异议", every(DECIDE, "督查", "核查", "复核")),
        ("交办 异议 维持", every(TODO, "承办", "同事")),
        (
            "交办 改派",
            every(TODO, "他局") | every(NEWS, "承办", "同事", "配合", "秘书", "提出"),
        ),
        ("交办 签收 进展", {}),
        ("交办 签收 反馈", every(DECIDE, "核查") | every(NEWS, "提出")),
        ("交办 签收 反馈 销号", every(OVER, *ALL)),
        (
            "交办 签收 反馈 退回",
            every(TODO, "承办", "同事") | every(NEWS, "配合", "秘书", "提出"),
        ),
        ("交办 签收 申请延期", every(DECIDE, "督查", "核查", "复核")),
        ("交办 签收 申请延期 同意延期", every(NEWS, "承办", "同事")),
        ("交办 签收 申请延期 不同意延期", every(NEWS, "承办", "同事")),
        ("交办 签收 申请延期 同意延期 再申请", every(DECIDE, "包保")),
        ("交办 签收 申请暂停", every(DECIDE, "督查", "核查", "复核")),
        ("交办 签收 申请暂停 同意暂停", every(NEWS, "承办", "同事")),
        ("交办 签收 申请暂停 不同意暂停", every(NEWS, "承办", "同事")),
        ("交办 签收 申请暂停 同意暂停 恢复", every(NEWS, "承办", "同事")),
        ("交办 调级", every(NEWS, "承办", "同事", "包保")),
        (
            "交办 签收 反馈 销号 重开",
            every(TODO, "承办", "同事") | every(NEWS, "配合", "秘书", "提出", "核查"),
        ),
        (
            "交办 签收 反馈 销号 申诉",
            every(DECIDE, "复核") | every(NEWS, "核查", "提出"),
        ),
        ("交办 签收 反馈 销号 申诉 维持结论", every(NEWS, "承办", "同事")),
        (
            "交办 签收 反馈 销号 申诉 支持申诉",
            every(TODO, "承办", "同事") | every(NEWS, "配合", "秘书", "提出", "核查"),
        ),
        ("交办 作废", every(OVER, *ALL, "核查")),
        ("作废", every(OVER, "提出")),
    ],
)
def test_each_turn_is_told_to_exactly_those(
    stage: Stage, way: str, expected: dict[str, str]
) -> None:
    *before, last = way.split()
    stage.goes(*before)
    Notice.objects.all().delete()
    stage.goes(last)
    assert told() == expected


def test_what_is_raised_is_told_to_the_office_and_lies_with_it_until_it_is_issued(
    stage: Stage,
) -> None:
    matter = Matter(title="临时用水", kind="difficulty", project=stage.project, text="没有接口")
    matter.factor = "utilities"
    matter.lead_agency, matter.verifier = stage.agency, stage.people["核查"]
    save_matter(matter=matter, actor=stage.people["秘书"])
    assert told() == every(DECIDE, "督查", "核查", "复核")
    notice = Notice.objects.all()[0]
    assert notice.title == "新提出的事项：临时用水"
    assert notice.text == "示例冷链物流园\n秘书 提出：没有接口\n请核对是否重复，交办或作废。"
    assert notice.link == f"/matters/{matter.pk}/issue/"
    stage.matter = matter
    stage.goes("交办")
    assert {each.outcome for each in Notice.objects.filter(kind=DECIDE)} == {"督查 10-15 交办。"}


def test_words_name_the_matter_the_day_and_what_to_do(stage: Stage) -> None:
    stage.goes("交办", "异议", "维持")
    first, second = Notice.objects.filter(recipient=stage.people["同事"]).order_by("pk")
    assert first.title == "待签收：临时用电"
    assert first.text == (
        "交办〔2024〕1号 · 示例冷链物流园\n督查 交办。\n"
        "请在 1 个工作日内签收，办结时限 2024-10-25。"
    )
    assert first.link == f"/matters/{stage.matter.pk}/sign/"
    assert "督查 维持交办：属本单位职责\n决定为最终决定。" in second.text


def test_work_that_is_taken_away_says_so_to_whoever_had_it(stage: Stage) -> None:
    stage.goes("交办", "改派")
    todo = Notice.objects.get(kind=TODO, recipient=stage.people["同事"])
    assert (todo.outcome, todo.read_at is None) == ("督查 10-15 改派。", False)
    moved = Notice.objects.get(kind=NEWS, recipient=stage.people["同事"])
    assert moved.text.endswith(f"已改由{stage.other}牵头，不用再办。")
    assert Notice.objects.get(kind=TODO, recipient=stage.people["他局"]).outcome == ""


def test_what_a_colleague_decided_waits_for_nobody_else(stage: Stage) -> None:
    stage.goes("交办", "签收", "申请延期", "申请暂停", "同意延期")
    left = Notice.objects.filter(kind=DECIDE, outcome="")
    assert {each.title for each in left} == {"申请暂停：临时用电"}
    stage.goes("反馈")
    assert not left.exclude(title__startswith="待核查").exists()


def test_merged_matter_names_the_one_that_is_left(stage: Stage) -> None:
    stage.goes("交办")
    gone = stage.matter
    stage.matter = kept = factories.matter(
        title="增容", project=stage.project, lead_agency=stage.agency, author=stage.people["提出"],
        verifier=stage.people["核查"], separate_reason="另一处",
    )  # fmt: skip
    stage.goes("交办")
    stage.matter = gone
    Notice.objects.all().delete()
    stage.does("督查", Step.MERGE, survivor=kept, text="同一件事")
    assert told() == every(OVER, *ALL, "核查")
    assert "已并入“交办〔2024〕2号 增容”" in Notice.objects.all()[0].text


def test_lead_official_may_leave_out_what_is_over(stage: Stage) -> None:
    save_preferences(person=stage.people["包保"], modes={MATTER_OVER.code: Mode.OFF}, quiet=None)
    stage.goes("交办", "作废")
    assert "包保" not in told(kind=OVER)


def test_second_extension_is_told_to_the_office_where_nobody_can_be_asked(stage: Stage) -> None:
    User.objects.filter(full_name="包保").update(is_active=False)
    stage.project.assignments.filter(role=Role.LEAD_OFFICIAL).delete()
    stage.goes("交办", "签收", "申请延期", "同意延期")
    Notice.objects.all().delete()
    stage.goes("再申请")
    assert told() == every(DECIDE, "督查", "核查", "复核")


def test_whoever_may_not_open_matters_is_not_led_to_them(stage: Stage) -> None:
    stage.people["同事"].groups.remove(Group.objects.get(name=REPORTER))
    stage.goes("交办")
    assert "同事" not in told()


def test_change_that_is_rolled_back_tells_nobody(stage: Stage) -> None:
    class Failed(Exception):  # noqa: N818
        pass

    def change() -> None:
        with transaction.atomic():
            stage.goes("交办")
            raise Failed

    with pytest.raises(Failed):
        change()
    assert not Notice.objects.exists()


def test_refused_step_tells_nobody(stage: Stage) -> None:
    stage.goes("交办")
    before = Notice.objects.count()
    with pytest.raises(Exception, match="销号"):
        stage.goes("销号")
    assert Notice.objects.count() == before


def test_steps_of_long_ago_that_are_loaded_are_no_news(stage: Stage) -> None:
    with together(), clock.at(clock.now() - timedelta(days=30)):
        stage.goes("交办")
    assert not Notice.objects.exists()


def test_clock_that_goes_back_tells_nothing_twice(stage: Stage) -> None:
    stage.goes("交办")
    with on(10):
        stage.goes("签收")
    assert told(kind=TODO) == every(TODO, "承办", "同事")
    assert told(kind=NEWS, title__startswith="已签收") == every(NEWS, "同事", "提出")


def test_step_on_its_page_reaches_the_inbox(stage: Stage, client: Client) -> None:
    client.force_login(stage.people["督查"])
    page = f"/matters/{stage.matter.pk}/issue/"
    seen = factories.seen(stage.matter)
    client.post(page, {"due": "2024-10-25", "level": "1", "seen_version": seen})
    client.force_login(stage.people["同事"])
    inbox = client.get("/notices/").text
    assert "待签收：临时用电" in inbox
    assert "事项待办" in inbox
    notice = Notice.objects.get(recipient=stage.people["同事"])
    assert client.get(f"/notices/{notice.pk}/").url == f"/matters/{stage.matter.pk}/sign/"  # type: ignore[attr-defined]


def test_thirty_that_are_issued_at_once_cost_what_one_does(
    stage: Stage, django_assert_max_num_queries: Any
) -> None:
    rows = []
    for number in range(30):
        stage.matter = factories.matter(
            title=f"事项{number}", project=stage.project, lead_agency=stage.agency,
            author=stage.people["提出"], verifier=stage.people["核查"], separate_reason="另一处",
        )  # fmt: skip
        stage.goes("交办")
        rows.append(stage.matter.steps.get())
    Notice.objects.all().delete()
    changes = [announced(row) for row in rows]
    for some in (changes[:1], changes[1:]):
        with django_assert_max_num_queries(24):
            matters.heed(some)
    assert Notice.objects.filter(kind=TODO).count() == 60


def announced(row: MatterStep) -> Announcement:
    kind = row._meta.label_lower
    return Announcement(kind, row.pk, Action.CREATED, None, (row.step,), row.actor_id)


def test_duties_are_told_to_the_deputy_too(stage: Stage) -> None:
    deputy = factories.user(REVIEWER, full_name="代理")
    Deputy.objects.create(
        person=stage.people["核查"],
        deputy=deputy,
        since=date(2024, 10, 1),
        until=date(2024, 12, 31),
        reason="外出",
        author=stage.people["核查"],
    )
    stage.goes("交办", "签收")
    Notice.objects.all().delete()
    stage.goes("反馈")
    assert told() == every(DECIDE, "核查", "代理") | every(NEWS, "提出")
