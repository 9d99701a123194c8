"""Handing over on pages: every button to its effect, and nothing typed is lost."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.notices.models import Notice
from projects.choices import Role
from projects.models import Assignment, Handover, HandoverEvidence, Official, PendingUpload
from projects.services.handovers.doing import hand_over
from projects.services.handovers.duties import duties_of
from tests import factories
from tests.projects.uploads import photo, upload

pytestmark = pytest.mark.django_db
LATER = "2024-11-01"


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def desk(client: Client, office: User) -> Client:
    client.force_login(office)
    return client


@pytest.fixture
def giver() -> Official:
    person = factories.official(name="示例甲", user=factories.user(READER, is_staff=False))
    for number in range(2):
        made = factories.project(name=f"示例园{number}")
        factories.assignment(project=made, official=person)
    return person


@pytest.fixture
def receiver() -> Official:
    return factories.official(name="示例乙", user=factories.user(READER, is_staff=False))


def terms(giver: Official, **more: Any) -> dict[str, Any]:
    tokens = [each.token for each in duties_of(giver)]
    return {"to": "示例乙", "day": LATER, "reason": "分工调整", "duties": tokens} | more


def sent(desk: Client, giver: Official, **more: Any) -> Any:
    return desk.post(f"/officials/{giver.pk}/handover/", terms(giver, **more), follow=True)


@pytest.mark.usefixtures("receiver")
def test_preview_names_every_row_and_what_cannot_pass(desk: Client, giver: Official) -> None:
    late = factories.project(name="示例新园")
    factories.assignment(project=late, official=giver, since=date(2024, 11, 1))
    page = sent(desk, giver).text
    assert "将交接 2 项" in page
    assert "2024-01-01 至 2024-10-31" in page
    assert "<b>示例新园 包保领导</b>：2024-11-01 才开始负责" in page
    assert not Handover.objects.exists()


@pytest.mark.usefixtures("receiver")
def test_preview_of_all_needs_no_ticks(desk: Client, giver: Official) -> None:
    assert "将交接 2 项" in sent(desk, giver, duties=[], all="1").text


def test_confirmed_it_is_done_and_both_and_the_liaison_are_told(
    desk: Client, giver: Official, receiver: Official
) -> None:
    liaison = factories.official(user=factories.user(REPORTER))
    project = Assignment.objects.filter(official=giver)[0].project
    factories.assignment(project=project, official=liaison, role=Role.LIAISON_OFFICER)
    page = sent(desk, giver, confirm="1", evidence=[photo("任免.jpg")], caption="任免通知")
    made = Handover.objects.get()
    assert page.redirect_chain == [(f"/handovers/{made.pk}/", 302)]
    assert Assignment.objects.filter(official=receiver, since=LATER).count() == 2
    told = Notice.objects.filter(kind="handover").values_list("recipient", flat=True)
    assert set(told) == {giver.user_id, receiver.user_id, liaison.user_id}
    kept = HandoverEvidence.objects.get()
    assert desk.get(f"/evidence/{kept.token}/").status_code == 200
    for person, words in ((giver, "把 2 项职责交给"), (receiver, "接过 2 项职责")):
        assert words in desk.get(f"/officials/{person.pk}/").text


@pytest.mark.usefixtures("receiver")
def test_undone_and_done_again_from_its_page(desk: Client, giver: Official) -> None:
    sent(desk, giver, confirm="1")
    made = Handover.objects.get()
    address = f"/handovers/{made.pk}/"
    refused = desk.post(f"{address}undo/", {"seen_version": 1})
    assert "请写明撤销的原因" in refused.text
    page = desk.post(f"{address}undo/", {"seen_version": 1, "reason": "名单有误"}, follow=True)
    assert "已撤销，各项职责恢复原状" in page.text
    assert set(Assignment.objects.values_list("official", "until")) == {(giver.pk, None)}
    stale = desk.post(f"{address}redo/", {"seen_version": 1})
    assert "再按一次即按现在的内容办理" in stale.text
    assert 'name="seen_version" value="2"' in stale.text
    page = desk.post(f"{address}redo/", {"seen_version": 2}, follow=True)
    assert "已恢复交接" in page.text
    assert Assignment.objects.filter(since=LATER).count() == 2
    assert Notice.objects.filter(kind="handover", recipient=giver.user_id).count() == 3


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"to": "没有的人"}, "没有叫“没有的人”的在任干部"),
        ({"to": ""}, "请填写接任人的姓名"),
        ({"to": "示例甲"}, "不能交接给本人"),
        ({"day": "2024-10-14"}, "生效日期不能早于今天"),
        ({"day": "2024-13-01"}, "2024-13-01"),
        ({"reason": ""}, "请写明交接的原因"),
        ({"duties": []}, "请至少勾选一项"),
        ({"duties": ["a1"]}, "页面不完整"),
        ({"duties": ["a999999-1"]}, "刚被删除"),
    ],
)
@pytest.mark.usefixtures("receiver")
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    wrong: dict[str, Any], sentence: str, desk: Client, giver: Official
) -> None:
    page = sent(desk, giver, **{"reason": "分工调整之一", **wrong}).text
    assert sentence in page
    assert "reason" in wrong or 'value="分工调整之一"' in page
    assert "duties" in wrong or page.count("checked") == 2
    assert not Handover.objects.exists()


def test_two_of_one_name_are_told_apart(desk: Client, giver: Official, receiver: Official) -> None:
    factories.official(name="示例乙", post="主任")
    page = sent(desk, giver).text
    assert f"#{receiver.pk}" in page
    assert "主任" in page
    assert "将交接 2 项" in sent(desk, giver, to=f"示例乙 #{receiver.pk}").text


@pytest.mark.usefixtures("receiver")
def test_what_somebody_else_has_just_taken_is_named_and_files_wait(
    desk: Client, giver: Official, office: User
) -> None:
    opened = terms(
        giver, confirm="1", evidence=[upload("任免.pdf", b"%PDF-1.4\nstartxref\n9\n%%EOF\n")]
    )
    first = duties_of(giver)[0]
    hand_over(
        giver=giver,
        receiver=factories.official(name="示例丙"),
        day=date(2024, 11, 1),
        reason="先办",
        picks={first.key: first.seen},
        actor=office,
    )
    page = desk.post(f"/officials/{giver.pk}/handover/", opened).text
    assert "示例园0 包保领导：刚被改过" in page
    assert Handover.objects.count() == 1
    assert PendingUpload.objects.get().name == "任免.pdf"
    assert "任免.pdf" in sent(desk, giver).text
    sent(desk, giver, confirm="1", duties=[duties_of(giver)[-1].token])
    assert (HandoverEvidence.objects.count(), PendingUpload.objects.count()) == (1, 0)


def test_back_returns_with_everything(desk: Client, giver: Official, receiver: Official) -> None:
    page = sent(desk, giver, back="1").text
    assert f'value="{receiver.name}"' in page
    assert page.count("checked") == 2


@pytest.mark.parametrize("role", [REPORTER, READER])
def test_others_read_the_record_and_change_nothing(
    role: str, client: Client, giver: Official, receiver: Official, office: User
) -> None:
    made = hand_over(
        giver=giver,
        receiver=receiver,
        day=date(2024, 11, 1),
        reason="分工调整",
        picks={each.key: each.seen for each in duties_of(giver)},
        actor=office,
    )
    client.force_login(factories.user(role))
    assert client.get(f"/officials/{giver.pk}/handover/").status_code == 403
    assert sent(client, giver, confirm="1").status_code == 403
    assert "交接职责" not in client.get(f"/officials/{giver.pk}/").text
    page = client.get(f"/handovers/{made.pk}/")
    assert page.status_code == 200
    assert "撤销交接" not in page.text
    for step in ("undo", "redo"):
        assert client.post(f"/handovers/{made.pk}/{step}/", {"seen_version": 1}).status_code == 403


def test_whoever_holds_nothing_has_nothing_to_hand_over(desk: Client, receiver: Official) -> None:
    page = desk.get(f"/officials/{receiver.pk}/handover/").text
    assert "没有可以交接的职责" in page
    assert "预览所选的" not in page


def test_address_with_a_day_is_told_that_handing_over_is_of_now(
    desk: Client, giver: Official
) -> None:
    page = desk.get(f"/officials/{giver.pk}/handover/", {"as_of": "2024-09-01"})
    assert page.status_code == 400
    assert "交接只办现在的" in page.text
