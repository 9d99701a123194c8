"""What bad input gets on a matter's screens: a sentence, all that was typed, and nothing half done."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from projects.choices import MatterKind
from projects.models import Matter, MatterEvidence, MatterStep, Serial
from projects.rules.matters.steps import Step
from tests import factories
from tests.clock import on
from tests.projects.uploads import photo
from tests.reports.matters.test_pages import client_of, text_of
from tests.services.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def refused(cast: Cast) -> Any:
    """Posts a step; the page, with what was typed still in it and nothing written."""

    def post(user: User, step: str, **posted: Any) -> str:
        cast.matter.refresh_from_db()
        before = everything()
        answer = client_of(user).post(
            f"/matters/{cast.matter.pk}/{step}/", {"seen_version": cast.matter.version, **posted}
        )
        page = text_of(answer)
        assert answer.status_code == 200, answer.headers
        assert everything() == before
        for name, value in posted.items():
            assert name in {"evidence", "agency"} or not value or str(value) in page, name
        return page

    return post


def everything() -> list[object]:
    counted = [each.objects.count() for each in (MatterStep, MatterEvidence, Serial)]
    return [*counted, list(Matter.objects.order_by("pk").values())]


def test_closing_ones_own(cast: Cast, refused: Any) -> None:
    cast.answered()
    page = refused(cast.clerk, "close", text="我自己看过，属实")
    assert "事项现在是“已反馈”：销号由核查人办理，您不是。" in page


def test_answering_without_evidence(cast: Cast, refused: Any) -> None:
    cast.working()
    page = refused(cast.clerk, "answer", text="已增容 800 千伏安", outcome="solved")
    assert "反馈须附至少一份佐证" in page
    refused(cast.clerk, "answer", text="已增容", evidence=[photo()])
    assert not MatterEvidence.objects.exists()


def test_due_day_that_has_passed(cast: Cast, refused: Any) -> None:
    page = refused(cast.office, "issue", due="2024-10-14", level="2")
    assert "办结时限 2024-10-14 不晚于今天（2024-10-15），请填以后的日期。" in page
    assert "应为存在的日期" in refused(cast.office, "issue", due="2024-02-30", level="2")


def test_due_day_on_a_holiday_is_moved_and_said_so(cast: Cast) -> None:
    posted = {"seen_version": cast.matter.version, "due": "2024-10-19", "level": "1"}
    answer = client_of(cast.office).post(f"/matters/{cast.matter.pk}/issue/", posted, follow=True)
    assert "2024-10-19 不是工作日，时限顺延到 2024-10-21。" in text_of(answer)
    cast.matter.refresh_from_db()
    assert cast.matter.due_on == date(2024, 10, 21)


def test_extension_too_late_while_one_waits_and_a_third_time(cast: Cast, refused: Any) -> None:
    cast.working()
    ask = {"text": "设备未到", "due": "2024-11-29"}
    with on(25):
        assert "最迟 2024-10-24，现已超过" in refused(cast.clerk, "ask_extension", **ask)
    cast.does(cast.clerk, Step.ASK_EXTENSION, text="未到", due=date(2024, 11, 8))
    page = refused(cast.clerk, "ask_extension", **ask)
    assert "延期到 2024-11-08 的申请正等待审批（督查办公室），不能再提。" in page
    cast.does(cast.office, Step.EXTEND)
    cast.does(cast.clerk, Step.ASK_EXTENSION, text="未到", due=date(2024, 11, 22))
    assert "正等待审批（包保领导）" in refused(cast.clerk, "ask_extension", **ask)
    cast.does(cast.leader, Step.EXTEND)
    assert "最多 2 次，不能再延" in refused(cast.clerk, "ask_extension", **ask)


def test_pause_older_than_three_working_days(cast: Cast, refused: Any) -> None:
    cast.working()
    page = refused(
        cast.clerk, "ask_pause", text="等省里批复", first="2024-10-09", evidence=[photo()]
    )
    assert "暂停的起日最多在 3 个工作日以前，2024-10-09 太早。" in page


def test_unknown_agency(cast: Cast, refused: Any) -> None:
    cast.issued()
    page = refused(cast.office, "reassign", agency="99999", due="2024-10-30", text="属供水")
    assert "没有这个单位，请在列表中重新选择。" in page
    raised = client_of(cast.office).post("/matters/new/", {"title": "缺电", "lead_agency": "99999"})
    assert raised.status_code == 200
    assert 'value="缺电"' in text_of(raised)


@pytest.mark.parametrize("step", ["note", "ask_extension", "void"])
def test_text_of_a_hundred_thousand_characters(cast: Cast, refused: Any, step: str) -> None:
    cast.working()
    who = cast.office if step == "void" else cast.clerk
    more = {"due": "2024-11-08"} if step == "ask_extension" else {}
    page = refused(who, step, text="字" * 100_000, **more)
    assert "最多 4000 字，请精简或作为佐证上传。" in page


def test_appeal_without_a_conclusion_and_a_review_by_who_decided(cast: Cast, refused: Any) -> None:
    cast.working()
    assert "还没有可以申诉的结论" in refused(cast.clerk, "appeal", text="不服")
    cast.does(cast.clerk, Step.ANSWER, text="好", outcome="solved", files=[photo()])
    cast.does(cast.verifier, Step.CLOSE, text="属实")
    cast.does(cast.clerk, Step.APPEAL, text="核查有误")
    page = refused(cast.verifier, "deny_appeal", text="维持原结论")
    assert "维持结论由督查办公室未参与过此事的人办理，您不是。" in page
    assert "正等待" in refused(cast.clerk, "appeal", text="再申诉一次")


class TestScreensOfAppealAndCallBack:
    def test_appealed_granted_and_worked_on_again(self, cast: Cast) -> None:
        reviewer = factories.user(REVIEWER)
        cast.closed()
        clerk, office = client_of(cast.clerk), client_of(reviewer)
        does(clerk, cast.matter, "appeal", text="核查对象有误", evidence=[photo()])
        page = text_of(office.get(f"/matters/{cast.matter.pk}/"))
        assert "牵头单位对销号结论提出申诉，应于 2024-11-14 前作出复核决定" in page
        does(office, cast.matter, "grant_appeal", text="成立", due="2024-11-15")
        cast.matter.refresh_from_db()
        assert (cast.matter.state, cast.matter.round) == ("working", 2)

    def test_enterprise_is_called_and_content(self, cast: Cast) -> None:
        firm = factories.agency(kind="enterprise")
        Matter.objects.update(kind=MatterKind.ENTERPRISE, enterprise=firm)
        cast.answered()
        verifier, address = client_of(cast.verifier), f"/matters/{cast.matter.pk}/"
        form = text_of(verifier.get(f"{address}close/"))
        assert f'formaction="{address}return/"' in form
        seen = factories.seen(cast.matter)
        call = {"text": "电话核实", "called_on": "2024-10-15", "called": "王经理"}
        page = text_of(
            verifier.post(f"{address}close/", {"seen_version": seen, **call, "satisfied": "no"})
        )
        assert "企业不满意，不能销号" in page
        assert 'value="王经理"' in page
        does(verifier, cast.matter, "return", **call, satisfied="no")
        assert "王经理，<b" in text_of(verifier.get(address))
        cast.does(cast.clerk, Step.ANSWER, text="好", outcome="solved", files=[photo()])
        does(verifier, cast.matter, "close", **call, satisfied="yes")
        assert MatterStep.objects.get(step="close").satisfied

    def test_return_without_a_call_asks_for_none(self, cast: Cast) -> None:
        firm = factories.agency(kind="enterprise")
        Matter.objects.update(kind=MatterKind.ENTERPRISE, enterprise=firm)
        cast.answered()
        does(client_of(cast.verifier), cast.matter, "return", text="现场未通电")
        assert MatterStep.objects.get(step="return").satisfied is None


def does(client: Client, matter: Matter, step: str, **posted: Any) -> None:
    seen = factories.seen(matter)
    answer = client.post(f"/matters/{matter.pk}/{step}/", {"seen_version": seen, **posted})
    assert answer.status_code == 302, text_of(answer)


class TestTwins:
    def posted(self, cast: Cast, **more: Any) -> dict[str, Any]:
        return {
            "project": cast.project.code,
            "title": "又缺电",
            "kind": "difficulty",
            "factor": cast.matter.factor,
            "text": "二期也缺 400 千伏安",
            "lead_agency": cast.agency.pk,
            "verifier": cast.verifier.pk,
        } | more

    def test_raise_form_shows_what_is_open_before_anything_is_typed(self, cast: Cast) -> None:
        cast.issued()
        page = text_of(client_of(cast.office).get(f"/matters/new/?project={cast.project.code}"))
        assert "这个项目正在办的事项" in page
        assert cast.matter.title in page

    def test_second_is_offered_the_first_and_kept_only_with_a_reason(self, cast: Cast) -> None:
        cast.working()
        client, posted = client_of(cast.office), self.posted(cast)
        page = text_of(client.post("/matters/new/", posted))
        assert f'href="/matters/{cast.matter.pk}/"' in page
        assert "确属另一件事的，请写明理由" in page
        assert "二期也缺 400 千伏安" in page
        assert Matter.objects.count() == 1
        again = client.post("/matters/new/", posted | {"separate_reason": " "})
        assert again.status_code == 200
        made = client.post("/matters/new/", posted | {"separate_reason": "二期另一处"}, follow=True)
        assert "二期另一处" in text_of(made)
        assert Matter.objects.count() == 2

    def test_what_was_typed_goes_into_the_first_as_a_note(self, cast: Cast) -> None:
        cast.working()
        client = client_of(cast.office)
        into = self.posted(cast, into=cast.matter.pk)
        page = text_of(client.post("/matters/new/", into))
        assert f'action="/matters/{cast.matter.pk}/note/"' in page
        assert "又缺电\n二期也缺 400 千伏安" in page
        does(client, cast.matter, "note", text="又缺电\n二期也缺 400 千伏安")
        assert Matter.objects.count() == 1

    def test_who_may_not_note_it_is_told_who_may(self, cast: Cast) -> None:
        cast.working()
        own = factories.project(lead_agency=cast.agency)
        stranger = cast.of(factories.agency())
        page = text_of(
            client_of(stranger).post(
                "/matters/new/", self.posted(cast, project=own.code, into=cast.matter.pk)
            )
        )
        assert "没有并入：事项现在是“办理中”：填写进展由牵头单位、督查办公室办理，您不是。" in page
        assert "二期也缺 400 千伏安" in page
        nonsense = self.posted(cast, into="二")
        assert "没有这件事项" in text_of(client_of(stranger).post("/matters/new/", nonsense))

    def test_issuing_beside_an_open_one_asks_for_the_reason(self, cast: Cast, refused: Any) -> None:
        twin = factories.matter(
            project=cast.project, lead_agency=cast.agency, verifier=cast.verifier
        )
        cast.issued()
        cast.matter = twin
        page = refused(cast.office, "issue", due="2024-10-30", level="1")
        assert "确属另一件事的理由" in page
        posted = {"due": "2024-10-30", "level": "1", "separate_reason": "二期"}
        does(client_of(cast.office), twin, "issue", **posted)

    def test_moving_to_one_that_lies_there_asks_for_the_reason(
        self, cast: Cast, refused: Any
    ) -> None:
        other = Cast()
        Matter.objects.filter(pk=other.matter.pk).update(project=cast.project)
        other.issued()
        cast.issued()
        posted = {"agency": other.agency.pk, "due": "2024-10-30", "text": "属该单位"}
        assert "确属另一件事的理由" in refused(cast.office, "reassign", **posted)
        does(client_of(cast.office), cast.matter, "reassign", **posted, separate_reason="另一处")

    def test_merged_one_is_told_on_the_page_of_the_other(self, cast: Cast) -> None:
        twin = Cast()
        Matter.objects.filter(pk=twin.matter.pk).update(project=cast.project)
        cast.issued()
        twin.working().does(twin.clerk, Step.NOTE, text="已看过现场")
        twin.does(twin.office, Step.MERGE, text="同一处", survivor=cast.matter)
        page = text_of(client_of(cast.clerk).get(f"/matters/{cast.matter.pk}/"))
        assert f"并入本件的 {twin.matter}" in page
        assert "已看过现场" in page
        absorbed = text_of(client_of(cast.clerk).get(f"/matters/{twin.matter.pk}/"))
        assert f'已并入<a href="/matters/{cast.matter.pk}/">' in absorbed


def test_page_costs_the_same_however_many_were_merged(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    cast.issued()
    client, address = client_of(cast.office), f"/matters/{cast.matter.pk}/"
    for most in (1, 5):
        for _ in range(most):
            twin = factories.matter(project=cast.project)
            Matter.objects.filter(pk=twin.pk).update(state="merged", merged_into=cast.matter)
            MatterStep.objects.create(
                matter=twin, number=1, step="merge", day=date(2024, 10, 15),
                at="2024-10-15T04:00:00Z", actor=cast.office,
            )  # fmt: skip
        client.get(address)
        with django_assert_max_num_queries(33):
            client.get(address)


def test_who_decides_is_shown_what_was_asked(cast: Cast) -> None:
    with on(15):
        cast.working().does(
            cast.clerk, Step.ASK_EXTENSION, due=date(2024, 10, 30), text="设备还没有到货"
        )
        page = text_of(client_of(cast.office).get(f"/matters/{cast.matter.pk}/extend/"))
    assert "时限：2024-10-30" in page
    assert "设备还没有到货" in page


def test_verifier_is_shown_the_answer_and_its_evidence(cast: Cast) -> None:
    with on(15):
        cast.answered()
        page = text_of(client_of(cast.verifier).get(f"/matters/{cast.matter.pk}/close/"))
    assert "已增容 800 千伏安" in page
    assert f"/evidence/{MatterEvidence.objects.get().token}/" in page


def test_old_objection_is_not_shown_to_who_moves_the_matter_later(cast: Cast) -> None:
    with on(15):
        cast.issued().does(cast.clerk, Step.OBJECT, text="应由他局办")
        client, address = client_of(cast.office), f"/matters/{cast.matter.pk}/reassign/"
        assert "应由他局办" in text_of(client.get(address))
        cast.does(cast.office, Step.UPHOLD, text="属本单位")
        assert "应由他局办" not in text_of(client.get(address))
