"""申诉, 复核 with recusal, and the 回访 that comes before an enterprise's request is closed."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import REPORTER, REVIEWER
from projects.choices import MatterKind
from projects.models import Matter
from projects.rules.matters.steps import Step
from projects.services.matters.parts import capacity_of
from projects.services.matters.taking import steps_open_to, why_not
from projects.services.matters.turn import MatterRefused
from tests import factories
from tests.clock import on
from tests.services.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


class TestRecusal:
    def test_reviewer_is_one_of_the_office_without_a_part_in_it(self, cast: Cast) -> None:
        cast.closed().does(cast.clerk, Step.APPEAL, text="已按时办结")
        for involved in (cast.office, cast.verifier, cast.clerk, cast.leader):
            with pytest.raises(NotAllowed, match="未参与过此事的人"):
                cast.does(involved, Step.DENY_APPEAL, text="维持")
        cast.does(factories.user(REVIEWER), Step.DENY_APPEAL, text="维持")
        assert cast.matter.state == "closed"

    def test_nor_one_of_the_agency_though_he_is_of_the_office(self, cast: Cast) -> None:
        both = cast.of(cast.agency, REPORTER, REVIEWER)
        cast.closed().does(cast.clerk, Step.APPEAL, text="已按时办结")
        with pytest.raises(NotAllowed):
            cast.does(both, Step.GRANT_APPEAL, text="支持", due=date(2024, 11, 15))

    def test_nor_one_who_only_granted_an_extension(self, cast: Cast) -> None:
        second = factories.user(REVIEWER)
        cast.working().does(cast.clerk, Step.ASK_EXTENSION, text="未到", due=date(2024, 11, 8))
        cast.does(second, Step.EXTEND)
        assert "复核" not in str(capacity_of(cast.matter, second).own)
        with on(29, 11):
            cast.does(cast.clerk, Step.APPEAL, text="不服红牌")
            with pytest.raises(NotAllowed):
                cast.does(second, Step.DENY_APPEAL, text="维持")


class TestDecision:
    def test_denied_is_final(self, cast: Cast) -> None:
        cast.closed().does(cast.clerk, Step.APPEAL, text="已按时办结")
        cast.does(factories.user(REVIEWER), Step.DENY_APPEAL, text="核查属实")
        with pytest.raises(MatterRefused, match="最终决定"):
            cast.does(cast.clerk, Step.APPEAL, text="还是不服")
        assert not cast.matter.asks_review

    def test_granted_closing_is_worked_on_with_a_new_due_day(self, cast: Cast) -> None:
        reviewer = factories.user(REVIEWER)
        cast.closed().does(cast.clerk, Step.APPEAL, text="核查对象有误")
        assert cast.matter.asks_review
        with pytest.raises(ValidationError, match="请填写办结时限"):
            cast.does(reviewer, Step.GRANT_APPEAL, text="成立")
        cast.does(reviewer, Step.GRANT_APPEAL, text="成立", due=date(2024, 11, 15))
        matter = cast.matter
        assert (matter.state, matter.round, matter.due_on) == ("working", 2, date(2024, 11, 15))
        assert matter.steps.filter(step="close").count() == 1
        sheets = matter.orders.order_by("pk").values_list("round", "kind", "due_on")
        assert list(sheets) == [
            (1, "assign", date(2024, 10, 25)),
            (2, "assign", date(2024, 11, 15)),
        ]

    def test_red_is_lifted_without_a_new_due_day(self, cast: Cast) -> None:
        cast.working()
        with on(4, 11):
            cast.does(cast.clerk, Step.APPEAL, text="甲供设备延误，不在我方")
            cast.does(factories.user(REVIEWER), Step.GRANT_APPEAL, text="成立")
        assert (cast.matter.state, cast.matter.due_on) == ("working", date(2024, 10, 25))
        assert cast.matter.orders.count() == 1

    def test_nothing_is_decided_without_words_or_without_an_appeal(self, cast: Cast) -> None:
        reviewer = factories.user(REVIEWER)
        cast.closed()
        with pytest.raises(MatterRefused, match="没有等待复核的申诉"):
            cast.does(reviewer, Step.DENY_APPEAL, text="维持")
        with pytest.raises(ValidationError, match="申诉须写明理由"):
            cast.does(cast.clerk, Step.APPEAL)

    def test_office_does_not_decide_it_by_reopening(self, cast: Cast) -> None:
        cast.closed().does(cast.clerk, Step.APPEAL, text="不服")
        with pytest.raises(MatterRefused, match="已提出申诉"):
            cast.does(cast.office, Step.REOPEN, text="重办", due=date(2024, 11, 15))


def test_appeal_is_offered_while_it_may_be_lodged_and_the_review_to_who_may(cast: Cast) -> None:
    def offered(actor: Any) -> set[Step]:
        return {step for step, _ in steps_open_to(cast.matter, actor)}

    reviewer = factories.user(REVIEWER)
    cast.closed()
    assert offered(cast.clerk) == {Step.APPEAL}
    with on(15, 11):
        assert offered(cast.clerk) == set()
        assert "最迟 2024-11-14" in why_not(cast.matter, Step.APPEAL, cast.clerk)
    cast.does(cast.clerk, Step.APPEAL, text="不服")
    assert offered(reviewer) == {Step.DENY_APPEAL, Step.GRANT_APPEAL}
    assert offered(cast.verifier) == set()
    assert list(Matter.objects.waiting_for(reviewer)) == [cast.matter]
    for involved in (cast.office, cast.verifier):
        assert not Matter.objects.waiting_for(involved).exists()


class TestCallBack:
    def firm(self, cast: Cast) -> Cast:
        firm = factories.agency(kind="enterprise", name="示例食品公司")
        Matter.objects.update(kind=MatterKind.ENTERPRISE, enterprise=firm)
        cast.matter.refresh_from_db()
        return cast.answered()

    def test_closing_needs_one(self, cast: Cast) -> None:
        self.firm(cast)
        with pytest.raises(ValidationError) as refused:
            cast.does(cast.verifier, Step.CLOSE, text="属实")
        assert set(refused.value.message_dict) == {"called_on", "called", "satisfied"}
        call = {"called_on": date(2024, 10, 15), "called": "王经理", "satisfied": True}
        row = cast.does(cast.verifier, Step.CLOSE, text="属实", **call)
        assert (row.called, row.satisfied, cast.matter.state) == ("王经理", True, "closed")

    @pytest.mark.parametrize("called_on", [date(2024, 10, 14), date(2024, 10, 16)])
    def test_is_made_after_the_answer_and_not_tomorrow(self, cast: Cast, called_on: date) -> None:
        self.firm(cast)
        with pytest.raises(ValidationError, match="回访日期应在反馈"):
            cast.does(
                cast.verifier,
                Step.CLOSE,
                text="属实",
                called_on=called_on,
                called="王经理",
                satisfied=True,
            )

    def test_who_is_not_content_has_it_done_again(self, cast: Cast) -> None:
        self.firm(cast)
        call = {"called_on": date(2024, 10, 15), "called": "王经理", "satisfied": False}
        with pytest.raises(ValidationError, match="企业不满意，不能销号；请退回重办"):
            cast.does(cast.verifier, Step.CLOSE, text="属实", **call)
        row = cast.does(cast.verifier, Step.RETURN, text="企业仍缺电", **call)
        assert (row.satisfied, cast.matter.state, cast.matter.round) == (False, "working", 2)

    def test_others_close_without(self, cast: Cast) -> None:
        cast.closed()
        assert cast.matter.state == "closed"
