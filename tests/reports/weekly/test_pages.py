"""The list, the agenda, the minutes and every screen: what is shown, who may, what is refused."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from projects.choices import ReviewState
from projects.models import AgendaItem, Attendance, Decision, Matter, Project, WeeklyReview
from projects.services.reviews.minuting import finalise_review
from tests import factories
from tests.clock import on
from tests.projects.reviews.making import decided, ended, prepared, running
from tests.second import let_through

pytestmark = pytest.mark.django_db

NEW = {"day": "2024-10-18", "start": "09:00", "place": "三楼会议室"}


class Scene:
    def __init__(self) -> None:
        self.clerk = factories.user(REVIEWER, full_name="记录员")
        self.second = factories.user(REVIEWER, full_name="定稿员")
        self.agency = factories.agency(name="示例住建局")
        self.project = factories.project(name="示例路网", code="R-1", lead_agency=self.agency)
        self.chair = factories.official(name="周主持", post="副区长")

    def last(self) -> WeeklyReview:
        """One of 8 October with a decision, final."""
        with on(8):
            held = running(self.clerk, date(2024, 10, 8), self.project, chair=self.chair)
            decided(held.items.get(), self.clerk, date(2024, 10, 11), text="完成管线迁改")
            done = ended(held, self.clerk)
            return finalise_review(review=done, seen=done.version, actor=self.second)

    def running(self) -> WeeklyReview:
        return running(self.clerk, date(2024, 10, 15), self.project, chair=self.chair)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def press(user: User, review: WeeklyReview, step: str, **fields: Any) -> HttpResponse:
    seen = {"seen_version": str(factories.seen(review))} | fields
    address = reverse("weekly-step", args=[review.year, review.serial, step])
    return as_(user).post(address, seen, follow=True)  # type: ignore[return-value]


def press_item(user: User, item: AgendaItem, step: str, **fields: Any) -> Any:
    seen = {"seen_version": str(factories.seen(item)), "step": step} | fields
    return as_(user).post(reverse("weekly-item", args=[item.pk]), seen, follow=True)


def test_a_new_one_is_filled_by_the_cadence_and_its_agenda_drawn(scene: Scene) -> None:
    factories.milestone(project=scene.project, name="主体", planned_finish=date(2024, 9, 1))
    page = as_(scene.clerk).get(reverse("weekly-new"))
    # Fridays; 15 October is a Tuesday.
    assert page.context["form"].initial["day"] == "2024-10-18"
    page = as_(scene.clerk).post(
        reverse("weekly-new"), NEW | {"chair": scene.chair.pk}, follow=True
    )
    assert "已新建2024年第1次周调度。议程共 1 项。" in page.text
    item = AgendaItem.objects.get()
    assert (item.project, item.light) == (scene.project, "red")
    assert [each["kind"] for each in item.reasons] == ["turned_red", "overdue"]
    assert item.reasons[0]["text"].startswith("现为红灯：节点“主体”超期 44 天")


def test_a_new_one_is_refused_beside_its_fields_and_while_another_is_open(scene: Scene) -> None:
    page = as_(scene.clerk).post(reverse("weekly-new"), NEW | {"day": "2024-10-32", "place": ""})
    assert set(page.context["form"].errors) == {"day", "place", "chair"}
    prepared(scene.clerk, date(2024, 10, 15), scene.project)
    page = as_(scene.second).get(reverse("weekly-new"), follow=True)
    assert "2024年第1次周调度还是“准备中”，办完再新建。" in page.text


@pytest.mark.parametrize("role", [READER, REPORTER])
def test_whoever_may_only_read_sees_all_and_no_button(scene: Scene, role: str) -> None:
    review = scene.running()
    reader = factories.user(role)
    page = as_(reader).get(review.get_absolute_url())
    assert "示例路网" in page.text
    assert 'name="step"' not in page.text
    assert "结束会议" not in page.text
    assert as_(reader).get(reverse("weekly-new")).status_code == 403
    assert press(reader, review, "end").status_code == 403
    assert press_item(reader, review.items.get(), "out").status_code == 403
    assert WeeklyReview.objects.get().state == ReviewState.RUNNING


def test_the_agenda_is_ordered_timed_and_left_out_by_buttons(scene: Scene) -> None:
    other = factories.project(name="示例厂房")
    review = prepared(scene.clerk, date(2024, 10, 15), scene.project, other)
    first, second = review.items.order_by("order")
    press_item(scene.clerk, second, "up")
    assert list(review.items.order_by("order")) == [second, first]
    press_item(scene.clerk, second, "minutes", minutes="121")
    assert "一项最多 120 分钟。" in press_item(scene.clerk, second, "minutes", minutes="121").text
    press_item(scene.clerk, second, "minutes", minutes="118")
    page = as_(scene.clerk).get(review.get_absolute_url())
    assert "议程共 123 分钟，超过 120 分钟" in page.text
    assert "已不上会" in press_item(scene.clerk, second, "out").text
    assert "不上会的 1 项" in as_(scene.clerk).get(review.get_absolute_url()).text
    assert "已恢复上会" in press_item(scene.clerk, second, "back").text


def test_a_stale_button_is_told_and_does_nothing(scene: Scene) -> None:
    review = prepared(scene.clerk, date(2024, 10, 15), scene.project)
    item = review.items.get()
    page = press_item(scene.clerk, item, "out", seen_version="9")
    assert "您打开之后有人改过" in page.text
    assert not AgendaItem.objects.get().left_out


def test_an_item_is_added_by_code_name_or_title(scene: Scene) -> None:
    review = prepared(scene.clerk, date(2024, 10, 15))
    address = reverse("weekly-add", args=[review.year, review.serial])
    page = as_(scene.clerk).post(address, {"project": "R-9"})
    assert "没有编号或名称为“R-9”的项目" in page.text
    assert "请选择项目，或写明议题。" in as_(scene.clerk).post(address, {"reason": "通报"}).text
    as_(scene.clerk).post(address, {"project": "示例路网", "reason": "区长点题"})
    as_(scene.clerk).post(address, {"title": "通报上月投资", "minutes": "10"})
    assert [(each.name, each.minutes) for each in review.items.order_by("order")] == [
        ("示例路网", 5),
        ("通报上月投资", 10),
    ]


def test_attendance_is_marked_added_and_removed(scene: Scene) -> None:
    review = prepared(scene.clerk, date(2024, 10, 15), scene.project, chair=scene.chair)
    office = as_(scene.clerk)
    seat = Attendance.objects.get(agency=scene.agency)
    address = reverse("weekly-seat", args=[seat.pk])
    marked = {"presence": "sitting_in", "name": "李科长", "seen_version": "1"}
    office.post(address, marked)
    assert Attendance.objects.get(pk=seat.pk).who == "示例住建局 李科长"
    chair = reverse("weekly-seat", args=[Attendance.objects.get(official=scene.chair).pk])
    page = office.post(chair, {"presence": "excused", "reason": "出差", "seen_version": "1"})
    assert "周主持（副区长）是主持人，不能请假或列席" in page.text
    other = factories.official(name="吴副主持")
    version = str(factories.seen(review))
    office.post(
        reverse("weekly-chair", args=[review.year, review.serial]),
        {"chair": f"{other.pk}", "seen_version": version},
    )
    assert WeeklyReview.objects.get().chair == other
    seats = reverse("weekly-seats", args=[review.year, review.serial])
    assert office.get(seats).status_code == 200
    office.post(seats, {"name": "张记者", "presence": "sitting_in"})
    added = Attendance.objects.get(name="张记者")
    removed = {"remove": "1", "presence": "sitting_in", "seen_version": "1"}
    office.post(reverse("weekly-seat", args=[added.pk]), removed)
    assert not Attendance.objects.filter(name="张记者").exists()


def test_a_decision_is_noted_corrected_and_withdrawn_on_screens(scene: Scene) -> None:
    item = scene.running().items.get()
    office, address = as_(scene.clerk), reverse("weekly-decide", args=[item.pk])
    form = office.get(address).context["form"]
    assert form.initial["agency"] == scene.agency.pk
    filled = {
        "token": str(form.initial["token"]),
        "text": "完成管线迁改",
        "level": "1",
        "factor": "utilities",
    }
    page = office.post(address, filled)
    assert set(page.context["form"].errors) == {"agency", "due"}
    assert "完成管线迁改" in page.text
    filled |= {"agency": f"{scene.agency.pk}", "due": "2024-10-31"}
    office.post(address, filled)
    office.post(address, filled)
    decision = Decision.objects.get()
    assert decision.matter.title == "完成管线迁改"
    again = filled | {"token": "7d1f4f0c-9a43-4a3c-b4a3-bb0a4f5a4c11", "text": "另一段管线"}
    page = office.post(address, again)
    assert "已有相同的事项（一事一单）" in page.text
    page = office.post(
        reverse("weekly-correct", args=[decision.pk]),
        filled | {"due": "2024-11-08", "seen_version": "1"},
        follow=True,
    )
    assert "已更正第 1 条" in page.text
    assert Decision.objects.get().due == date(2024, 11, 8)
    withdraw = reverse("weekly-withdraw", args=[decision.pk])
    assert "请写明撤回的原因" in office.post(withdraw, {"seen_version": "2"}).text
    office.post(withdraw, {"seen_version": "2", "reason": "记错项目"})
    assert Matter.objects.get().state == "void"


def test_it_is_ended_and_made_final_by_another_and_the_paper_stays(scene: Scene) -> None:
    review = scene.running()
    decided(review.items.get(), scene.clerk, date(2024, 10, 31), text="完成管线迁改")
    press(scene.clerk, review, "end")
    page = press(scene.clerk, review, "finalise")
    assert "纪要是您记录的，请由项目中心的另一位同事定稿。" in page.text
    page = press(scene.second, review, "finalise")
    assert "纪要已定稿，1 条议定事项已交办。" in page.text
    Project.objects.update(name="改名路网")
    minutes = as_(factories.user(READER)).get(
        reverse("weekly-minutes", args=[review.year, review.serial])
    )
    assert "示例路网（R-1）" in minutes.text
    assert "改名路网" not in minutes.text
    assert "议定：完成管线迁改" in minutes.text
    assert "交办〔2024〕1号" in minutes.text
    assert "现况：已交办" in minutes.text


def test_the_next_one_opens_with_what_became_of_the_last_decisions(scene: Scene) -> None:
    scene.last()
    review = prepared(scene.clerk, date(2024, 10, 15))
    page = as_(scene.clerk).get(review.get_absolute_url())
    (before,) = page.context["previous"]
    # Saturday the 12th was worked: the 12th, 14th and 15th.
    assert before.word == "已交办（超期 3 个工作日）"
    assert "完成管线迁改" in page.text


def test_unanswered_decisions_come_on_the_agenda(scene: Scene) -> None:
    scene.last()
    review = prepared(scene.clerk, date(2024, 10, 15))
    page = press(scene.clerk, review, "draw")
    assert "已按现在的情况重新生成议程" in page.text
    item = review.items.get()
    assert item.reasons == [
        {
            "kind": "unanswered",
            "text": "议定事项“完成管线迁改”未反馈，超期 3 个工作日（示例住建局，时限 2024-10-11）",
        }
    ]


def test_a_past_day_answers_with_what_was_known(scene: Scene) -> None:
    scene.last()
    with on(9):
        prepared(scene.clerk, date(2024, 10, 15))
    office = as_(scene.clerk)
    assert len(office.get(reverse("weekly-reviews")).context["rows"]) == 2
    past = office.get(reverse("weekly-reviews"), {"as_of": "2024-10-08"})
    assert [row.review.number for row in past.context["rows"]] == ["2024-1"]
    assert office.get("/reviews/2024-2/", {"as_of": "2024-10-08"}).status_code == 404
    page = office.get("/reviews/2024-1/", {"as_of": "2024-10-10"})
    assert "下面是 2024-10-10 结束时登记的样子" in page.text
    assert "发送议程" not in page.text
    early = office.get("/reviews/2024-2/minutes/", {"as_of": "2024-10-10"})
    assert "的纪要还没有定稿" in early.text


def test_it_is_changed_and_cancelled_while_it_is_prepared(scene: Scene) -> None:
    review = prepared(scene.clerk, date(2024, 10, 15), chair=scene.chair)
    office, number = as_(scene.clerk), (review.year, review.serial)
    change = reverse("weekly-change", args=number)
    assert office.get(change).context["form"].initial["place"] == "三楼会议室"
    given = NEW | {"chair": scene.chair.pk, "seen_version": "1"}
    office.post(change, given | {"place": "二楼"})
    assert WeeklyReview.objects.get().place == "二楼"
    assert "再按一次即按现在的内容办理" in office.post(change, given).text
    cancel = reverse("weekly-cancel", args=number)
    assert "请写明取消的原因" in office.post(cancel, {"seen_version": "2"}).text
    office.post(cancel, {"seen_version": "2", "reason": "与区委会议冲突"})
    page = office.get(review.get_absolute_url())
    assert "已取消：与区委会议冲突" in page.text


def test_an_address_that_is_wrong_is_named(scene: Scene) -> None:
    office = as_(scene.clerk)
    assert office.get(reverse("weekly-reviews"), {"stat": "final"}).status_code == 400
    assert "没有参数" in office.get(reverse("weekly-reviews"), {"stat": "final"}).text
    assert office.get("/reviews/2024-7/").status_code == 404
    assert office.get("/reviews/99999999999-7/").status_code == 404


def test_the_cadence_is_changed_by_a_new_version(scene: Scene) -> None:
    office = as_(scene.clerk)
    assert "每周五 09:00" in office.get(reverse("weekly-cadence")).text
    form = office.get(reverse("weekly-cadence-new")).context["form"]
    given = {
        "effective_from": "2024-10-15",
        "weekday": "1",
        "start": "14:30",
        "place": form.initial["place"],
        "item_minutes": "6",
        "note": "改为每周二",
    }
    page = office.post(reverse("weekly-cadence-new"), given | {"effective_from": "2024-10-01"})
    assert "生效日期不能早于今天" in page.text
    office.post(reverse("weekly-cadence-new"), given)
    let_through()
    assert office.get(reverse("weekly-new")).context["form"].initial["day"] == "2024-10-15"
    assert as_(factories.user(READER)).get(reverse("weekly-cadence-new")).status_code == 403


def filled(scene: Scene, number: int, first: int, second: int) -> WeeklyReview:
    """A review of October with so many items, each decided on, after another of as many."""
    projects = [
        factories.project(lead_agency=scene.agency, code=f"N-{number}-{place:02}")
        for place in range(number)
    ]
    with on(first) as day:
        last = running(scene.clerk, day, *projects)
        for item in last.items.all():
            decided(item, scene.clerk, date(2024, 10, 31))
        done = ended(last, scene.clerk)
        finalise_review(review=done, seen=done.version, actor=scene.second)
    with on(second) as day:
        review = running(scene.clerk, day, *projects)
        for item in review.items.all():
            decided(item, scene.clerk, date(2024, 10, 31), factor="funds")
    return review


def test_queries_do_not_grow_with_items_and_decisions(scene: Scene) -> None:
    counts: dict[str, list[int]] = {}
    for number, first, second in ((1, 8, 9), (30, 10, 11)):
        review = filled(scene, number, first, second)
        office = as_(scene.clerk)
        addresses = {
            "list": reverse("weekly-reviews"),
            "review": review.get_absolute_url(),
            "minutes": reverse("weekly-minutes", args=[review.year, review.serial]),
            "api": f"/api/v1/reviews/{review.pk}/",
            "api list": "/api/v1/reviews/",
        }
        for name, address in addresses.items():
            office.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert office.get(address).status_code == 200
            counts.setdefault(name, []).append(len(queries))
        with on(second):
            done = ended(review, scene.clerk)
            finalise_review(review=done, seen=done.version, actor=scene.second)
    assert {name: many - few for name, (few, many) in counts.items() if many != few} == {}
    assert max(counts["review"]) <= 32
