"""会议屏: what it shows, what it answers its own script, and what is saved on it once."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from projects.models import AgendaItem, Attendance, Decision, Matter, WeeklyReview
from projects.services.reviews.agenda import leave_out, mark_item
from tests import factories
from tests.clock import on
from tests.projects.reviews.making import decided, ended, prepared, running

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)


@pytest.fixture
def clerk() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def held(clerk: User) -> Iterator[WeeklyReview]:
    """A meeting of two projects, under way on Tuesday 2024-10-15."""
    agency = factories.agency(name="示例住建局")
    first = factories.project(name="示例冷链物流园", lead_agency=agency)
    lead = factories.official(name="包保甲", post="副区长")
    factories.assignment(project=first, official=lead)
    factories.milestone(project=first, name="主体封顶", planned_finish=date(2024, 9, 14))
    second = factories.project(name="示例环城路", lead_agency=agency)
    with on(15):
        yield running(clerk, TODAY, first, second)


@pytest.fixture
def desk(client: Client, clerk: User, held: WeeklyReview) -> Client:
    client.force_login(clerk)
    return client


def items(review: WeeklyReview) -> list[AgendaItem]:
    return list(review.items.order_by("order"))


def address(review: WeeklyReview, tail: str = "") -> str:
    return f"/reviews/{review.number}/run/{tail}"


def by_script(client: Client, where: str, sent: dict[str, str]) -> Any:
    """What the page's own script is answered."""
    return client.post(where, sent, headers={"accept": "application/json"})


def decision(item: AgendaItem, sender: User, **more: str) -> dict[str, str]:
    """What the form posts."""
    usual = {
        "item": str(item.pk),
        "sender": str(sender.pk),
        "token": str(uuid4()),
        "text": "周五前完成临时用电增容",
        "agency": "示例住建局",
        "due": "2024-10-18",
    }
    return usual | more


def test_page_asks_for_a_login_and_for_the_right_to_see_reviews(
    client: Client, held: WeeklyReview
) -> None:
    assert client.get(address(held))["Location"].startswith("/login/?next=")
    client.force_login(factories.user())
    assert client.get(address(held)).status_code == 403


def test_item_tells_why_whose_it_is_and_how_it_stands(desk: Client, held: WeeklyReview) -> None:
    text = desk.get(address(held)).text
    for words in (
        "2024年第1次周调度",
        "示例冷链物流园",
        "绿灯转红灯",
        "节点“主体封顶”超期 31 天",
        "包保甲（副区长）",
        "示例住建局",
        "本周五",
        "10月18日",
        "下周三",
        "一个月内",
    ):
        assert words in text, words
    assert "示例环城路" in desk.get(address(held, "?item=2")).context["item"].name


def test_reason_that_grew_by_a_day_since_the_agenda_is_told_once(
    desk: Client, held: WeeklyReview
) -> None:
    item = items(held)[0]
    item.reasons = [{"kind": "overdue", "text": "节点“主体封顶”超期 30 天"}]
    item.save()
    page = desk.get(address(held))
    assert page.context["reasons_same"] == 1
    assert [each["text"] for each in page.context["fresh"]] == ["9月进展未报送"]
    assert "上会时的 1 条都还在，另有：" in page.text


def test_project_without_a_lead_agency_and_people_says_so(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    with on(15):
        text = client.get(address(running(clerk, TODAY, factories.project()))).text
    assert "还没有登记" in text


def test_answer_is_kept_by_nobody(desk: Client, held: WeeklyReview) -> None:
    assert desk.get(address(held))["Cache-Control"] == "no-store"
    assert desk.get(address(held, "slide/?item=1"))["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "tail", ["?item=3", "?item=0", "?item=x", "?nonsense=1", "?as_of=2024-09-01"]
)
def test_what_cannot_be_asked_is_refused(desk: Client, held: WeeklyReview, tail: str) -> None:
    assert desk.get(address(held, tail)).status_code == 400
    assert desk.get(address(held, f"slide/{tail}")).status_code == 400


def test_review_that_is_not_there_is_not_found(desk: Client) -> None:
    for number in ("2024-9", "2023-1", f"2024-{10**30}"):
        assert desk.get(f"/reviews/{number}/run/").status_code == 404


def test_reader_sees_what_was_decided_and_has_no_form(
    client: Client, clerk: User, held: WeeklyReview
) -> None:
    decided(items(held)[0], clerk, date(2024, 10, 25))
    client.force_login(factories.user(READER, is_staff=False))
    text = client.get(address(held)).text
    assert "加快主体施工" in text
    assert "待交办" in text
    assert "<textarea" not in text
    assert "结束会议" not in text
    # Nor may he post what he was never shown.
    sent = decision(items(held)[0], clerk)
    assert client.post(address(held, "decide/"), sent).status_code == 403
    assert by_script(client, address(held, "decide/"), sent).status_code == 422
    assert Decision.objects.count() == 1


def test_decision_becomes_a_matter_and_leads_back_to_its_item(
    desk: Client, held: WeeklyReview, clerk: User
) -> None:
    second = items(held)[1]
    answer = desk.post(address(held, "decide/"), decision(second, clerk, due="", pick="2024-10-23"))
    assert answer["Location"] == address(held, "?item=2")
    made = Decision.objects.get()
    assert (made.item_id, made.due) == (second.pk, date(2024, 10, 23))
    assert made.matter.title == "周五前完成临时用电增容"
    assert str(made.matter.lead_agency) == "示例住建局"
    assert "周五前完成临时用电增容" in desk.get(address(held, "?item=2")).text


def test_same_token_sent_twice_is_one_decision(
    desk: Client, held: WeeklyReview, clerk: User
) -> None:
    sent = decision(items(held)[0], clerk)
    answers = [by_script(desk, address(held, "decide/"), sent) for _ in range(2)]
    assert [each.json() for each in answers] == [{"saved": True}] * 2
    assert Decision.objects.count() == Matter.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"text": " "}, "text", "请写明议定的事项"),
        ({"agency": ""}, "agency", "请填写责任单位"),
        ({"agency": "没有的局"}, "agency", "没有叫“没有的局”的单位"),
        ({"due": ""}, "due", "请填写办结时限"),
        ({"due": "2024-10-15"}, "due", "不晚于今天"),
        ({"pick": "2024-10-23"}, "due", "请只留一个"),
    ],
)
def test_refused_decision_names_the_field_and_keeps_what_was_typed(
    desk: Client, held: WeeklyReview, clerk: User, typed: dict[str, str], field: str, said: str
) -> None:
    sent = decision(items(held)[1], clerk, **typed)
    told = by_script(desk, address(held, "decide/"), sent)
    assert told.status_code == 422
    assert said in "".join(told.json()["errors"][field])
    page = desk.post(address(held, "decide/"), sent)
    assert said in page.text
    assert page.context["place"] == 2
    assert sent["text"].strip() in page.context["decision"]["text"].value()
    assert not Decision.objects.exists()


def test_second_on_the_same_thing_is_offered_the_first_or_a_reason(
    desk: Client, held: WeeklyReview, clerk: User
) -> None:
    item = items(held)[0]
    desk.post(address(held, "decide/"), decision(item, clerk))
    again = decision(item, clerk, text="另装一台变压器")
    told = by_script(desk, address(held, "decide/"), again)
    assert "一事一单" in told.json()["errors"]["separate_reason"][0]
    assert "周五前完成临时用电增容" in told.json()["errors"]["separate_reason"][0]
    again["separate_reason"] = "另一台区"
    assert by_script(desk, address(held, "decide/"), again).status_code == 200
    assert Decision.objects.count() == 2


def test_what_was_typed_on_the_page_of_another_account_is_not_saved(
    desk: Client, held: WeeklyReview
) -> None:
    other = factories.user(REVIEWER)
    sent = decision(items(held)[0], other)
    assert by_script(desk, address(held, "decide/"), sent).status_code == 409
    assert "另一个账号" in desk.post(address(held, "decide/"), sent, follow=True).text
    assert not Decision.objects.exists()


def test_script_is_told_that_the_session_ended(client: Client, held: WeeklyReview) -> None:
    assert client.get(address(held, "slide/")).status_code == 401
    assert client.get(address(held, "standing/")).status_code == 401
    assert by_script(client, address(held, "decide/"), {}).status_code == 401
    assert client.post(address(held, "decide/"), {}).status_code == 302


def test_item_that_is_on_no_agenda_takes_no_decision(
    desk: Client, held: WeeklyReview, clerk: User
) -> None:
    sent = decision(items(held)[0], clerk) | {"item": "999999"}
    for tail in ("decide/", "mark/"):
        told = by_script(desk, address(held, tail), sent | {"note": "x"})
        assert "已不在议程里" in told.json()["errors"][""][0]
    assert not Decision.objects.exists()


def test_item_is_marked_with_words_and_a_note_alone_leaves_its_outcome(
    desk: Client, held: WeeklyReview, clerk: User
) -> None:
    item = items(held)[0]
    sent = {"item": str(item.pk), "sender": str(clerk.pk), "seen_version": "1"}
    desk.post(address(held, "mark/"), sent | {"outcome": "carried", "note": "等施工图"})
    item.refresh_from_db()
    assert (item.outcome, item.note) == ("carried", "等施工图")
    told = by_script(
        desk,
        address(held, "mark/"),
        sent | {"outcome": "unchanged", "note": "等消防图", "seen_version": "2"},
    )
    assert told.status_code == 200
    item.refresh_from_db()
    assert (item.outcome, item.note) == ("carried", "等消防图")


def test_whoever_was_overtaken_is_told_and_given_the_version_to_go_on_with(
    desk: Client, held: WeeklyReview, clerk: User
) -> None:
    item = items(held)[0]
    other = factories.user(REVIEWER)
    mark_item(item=item, outcome="discussed", note="甲", seen=1, actor=other)
    sent = {"item": str(item.pk), "sender": str(clerk.pk), "note": "乙", "outcome": "carried"}
    told = by_script(desk, address(held, "mark/"), sent | {"seen_version": "1"})
    assert told.status_code == 422
    assert "有人改过" in told.json()["errors"][""][0]
    assert told.json()["version"] == 2
    page = desk.post(address(held, "mark/"), sent | {"seen_version": "1"})
    assert "乙" in page.text
    item.refresh_from_db()
    assert item.note == "甲"
    assert by_script(desk, address(held, "mark/"), sent | {"seen_version": "2"}).status_code == 200


def test_what_the_clerk_did_himself_since_does_not_overtake_him(
    desk: Client, held: WeeklyReview, clerk: User
) -> None:
    item = items(held)[0]
    desk.post(address(held, "decide/"), decision(item, clerk))
    sent = {"item": str(item.pk), "sender": str(clerk.pk), "seen_version": "1"}
    noted = sent | {"outcome": "unchanged", "note": "等消防图"}
    assert by_script(desk, address(held, "mark/"), noted).status_code == 200
    item.refresh_from_db()
    assert (item.outcome, item.note) == ("discussed", "等消防图")
    # A page that was cut short has seen nothing.
    cut = noted | {"seen_version": "", "note": "改"}
    assert by_script(desk, address(held, "mark/"), cut).status_code == 422


def test_second_screen_is_told_what_is_new_and_nothing_otherwise(
    client: Client, held: WeeklyReview, clerk: User
) -> None:
    reader = factories.user(READER, is_staff=False)
    client.force_login(reader)
    first = client.get(address(held, f"standing/?item=1&seen=0&reader={reader.pk}&active=false"))
    pulse = first.context["review"].pulse
    known = address(held, f"standing/?item=1&seen={pulse}&reader={reader.pk}&active=true")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(known).status_code == 204
    assert len(asked) <= 8
    decided(items(held)[0], clerk, date(2024, 10, 25))
    answer = client.get(known)
    assert answer.status_code == 200
    assert "加快主体施工" in answer.text
    assert "<html" not in answer.text
    assert client.get(address(held, "standing/?reader=999999")).status_code == 409


def test_screen_at_an_item_that_was_taken_off_is_told_of_the_last(
    desk: Client, held: WeeklyReview, clerk: User
) -> None:
    last = items(held)[1]
    leave_out(item=last, seen=last.version, actor=clerk)
    found = desk.get(address(held, "standing/?item=2&seen=0"))
    assert found.context["place"] == 1
    assert "示例环城路" not in found.text
    first = items(held)[0]
    leave_out(item=first, seen=first.version, actor=clerk)
    assert desk.get(address(held, "standing/?item=2&seen=0")).status_code == 400


def test_earlier_decisions_are_shown_with_what_became_of_them(client: Client, clerk: User) -> None:
    agency = factories.agency(name="示例供电公司")
    made = factories.project(name="示例厂房", lead_agency=agency)
    with on(8):
        first = running(clerk, date(2024, 10, 8), made)
        decided(items(first)[0], clerk, date(2024, 10, 14), text="接通临时用电")
        ended(first, clerk)
        WeeklyReview.objects.update(state="final")
    client.force_login(clerk)
    with on(15):
        second = running(clerk, TODAY, made, chair=first.chair)
        page = client.get(address(second))
    assert "接通临时用电" in page.text
    assert [each.word for each in page.context["before"]] == ["待交办"]


def test_thing_without_a_project_has_its_reasons_and_no_decision_form(
    desk: Client, held: WeeklyReview
) -> None:
    items(held)[1].delete()
    AgendaItem.objects.create(
        review=held,
        order=2,
        title="冬季施工安排",
        reasons=[{"kind": "manual", "text": "区领导要求"}],
    )
    text = desk.get(address(held, "?item=2")).text
    assert "冬季施工安排" in text
    assert "区领导要求" in text
    assert "这一项没有项目" in text
    assert 'data-keep="mark"' in text


def test_agenda_without_items_says_so(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    with on(15):
        made = prepared(clerk, TODAY)
        assert "议程还没有议题" in client.get(address(made)).text


def test_meeting_is_begun_and_ended_on_its_screen(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    with on(15):
        made = prepared(clerk, TODAY, factories.project())
        sender = {"sender": str(clerk.pk)}
        text = client.get(address(made)).text
        assert "开始会议" in text
        assert "<textarea" not in text
        client.post(address(made, "begin/"), sender | {"seen_version": str(made.version)})
        made.refresh_from_db()
        assert made.state == "running"
        stale = client.post(address(made, "end/"), sender | {"seen_version": "1"}, follow=True)
        assert "message error" in stale.text
        answer = client.post(
            address(made, "end/"), sender | {"seen_version": str(made.version)}, follow=True
        )
        made.refresh_from_db()
        assert made.state == "drafted"
        assert "会议已结束，纪要待定稿" in answer.text


def test_attendance_is_marked_in_the_drawer(desk: Client, held: WeeklyReview, clerk: User) -> None:
    chair, lead, agency = Attendance.objects.order_by("pk")
    sent = {"sender": str(clerk.pk), "item": str(items(held)[1].pk)}
    for each in (chair, lead, agency):
        sent |= {
            f"seat-{each.pk}-seen_version": str(each.version),
            f"seat-{each.pk}-presence": each.presence,
        }
    excused = {f"seat-{lead.pk}-presence": "excused", f"seat-{agency.pk}-name": "李某"}
    page = desk.post(address(held, "attend/"), sent | excused)
    assert "请写明请假原因" in page.text
    assert page.context["seats_open"]
    agency.refresh_from_db()
    assert agency.name == "李某"
    sent[f"seat-{agency.pk}-seen_version"] = str(agency.version)
    why = {f"seat-{lead.pk}-reason": "外出招商", f"seat-{lead.pk}-substitute": "王某"}
    answer = desk.post(address(held, "attend/"), sent | excused | why)
    assert answer["Location"] == address(held, "?item=2")
    lead.refresh_from_db()
    assert (lead.presence, lead.reason, lead.substitute) == ("excused", "外出招商", "王某")
    chair.refresh_from_db()
    assert chair.version == 1


def test_number_of_queries_does_not_grow_with_items(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    with on(15):
        few = [factories.project() for _ in range(1)]
        made = prepared(clerk, TODAY, *few)
        one = asked(client, address(made))
        WeeklyReview.objects.all().update(state="cancelled", cancel_reason="重来")
        many = prepared(clerk, TODAY, *few, *(factories.project() for _ in range(29)))
        assert asked(client, address(many)) <= one
        assert asked(client, address(many, "standing/")) <= 20


def asked(client: Client, where: str) -> int:
    """The queries of a page that was asked before."""
    client.get(where)
    with CaptureQueriesContext(connection) as found:
        assert client.get(where).status_code == 200
    return len(found)


def test_reporter_reads_the_meeting_too(client: Client, held: WeeklyReview) -> None:
    client.force_login(factories.user(REPORTER))
    answer: Any = client.get(address(held))
    assert answer.status_code == 200
    assert "<textarea" not in answer.text
