"""Orders and the ladder in the database: once a round, numbered without gaps, frozen, acknowledged."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import READER, REVIEWER
from kuancheng.notices.models import Notice
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.monitoring import monitor
from projects.choices import Outcome
from projects.models import CalendarDay, Escalation, Matter, MatterRules, Order, Serial
from projects.rules.matters.steps import Step
from projects.services.matters.escalation import Escalated, escalate
from projects.services.matters.orders import acknowledge_order, issue_order
from projects.services.matters.turn import MatterRefused
from projects.services.planning import save_calendar
from tests import factories
from tests.clock import on
from tests.projects.uploads import photo
from tests.services.test_matters import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Issued on 2024-09-09 and signed, due on the 20th."""
    made = Cast()
    with on(9, 9):
        made.working("2024-09-20")
    return made


def at(cast: Cast, step: Step, day: int, month: int, **given: Any) -> None:
    actor = cast.verifier if step in {Step.RETURN, Step.CLOSE} else cast.clerk
    with on(day, month):
        cast.does(cast.office if step == Step.REMIND else actor, step, **given)


def run(day: int, month: int) -> Escalated:
    with on(day, month) as today:
        return escalate(day=today)


def written() -> list[str]:
    orders = Order.objects.order_by("pk")
    return [f"{each.round} {each.kind} {each.colour}".strip() for each in orders]


ANSWER: dict[str, Any] = {"text": "已增容", "outcome": Outcome.SOLVED}


def test_issue_writes_the_assignment_in_its_own_step(cast: Cast) -> None:
    order = Order.objects.get()
    assert (order.number, order.kind, order.colour, order.round) == (
        "交办单〔2024〕1号",
        "assign",
        "",
        1,
    )
    assert (order.issued_on, order.due_on, order.agency) == (
        date(2024, 9, 9),
        date(2024, 9, 20),
        cast.agency,
    )
    assert order.is_whole
    assert order.content["agency"] == cast.agency.name
    # Whoever signs for the matter has the sheet in his hands.
    assert (order.acknowledged_by, order.on_behalf) == (cast.clerk, False)
    assert order.history.count() == 2


def test_moving_and_reopening_write_one_of_their_own_round(cast: Cast) -> None:
    other = factories.agency()
    with on(10, 9):
        cast.does(cast.office, Step.REASSIGN, text="属供水", agency=other, due=date(2024, 9, 27))
    assert cast.matter.round == 2
    clerk = cast.of(other)
    with on(11, 9):
        cast.does(clerk, Step.SIGN)
        cast.does(clerk, Step.ANSWER, files=[photo()], **ANSWER)
        cast.does(cast.verifier, Step.CLOSE, text="属实")
    with on(12, 9):
        cast.does(cast.office, Step.REOPEN, text="又断电", due=date(2024, 9, 30))
    orders = Order.objects.order_by("pk")
    assert [(each.round, each.kind, each.agency) for each in orders] == [
        (1, "assign", cast.agency),
        (2, "assign", other),
        (3, "assign", other),
    ]


def test_days_go_by_and_each_order_and_rung_comes_once(cast: Cast) -> None:
    assert run(13, 9) == Escalated()  # 4 working days left
    assert run(14, 9) == Escalated(2, 0)  # little time left, and silent
    assert run(14, 9) == Escalated()  # twice
    assert run(20, 9) == Escalated()
    assert run(23, 9) == Escalated(1, 1)
    assert run(24, 9) == Escalated()
    assert run(27, 9) == Escalated(0, 1)
    assert run(29, 9) == Escalated(1, 0)
    assert run(16, 10) == Escalated(0, 1)
    assert written()[1:] == [
        "1 remind",
        "1 supervise blue",
        "1 supervise yellow",
        "1 supervise red",
    ]
    assert [(each.level, f"{each.day:%m-%d}") for each in Escalation.objects.order_by("pk")] == [
        (2, "09-23"),
        (3, "09-27"),
        (4, "10-16"),
    ]
    assert Order.objects.filter(issued_by=User.objects.system()).count() == 4


def test_days_that_nobody_ran_are_not_made_up_for(cast: Cast) -> None:
    assert run(29, 9) == Escalated(2, 1)
    assert written()[1:] == ["1 remind", "1 supervise red"]
    assert Escalation.objects.get().level == 3


@pytest.mark.parametrize("state", ["paused", "answered"])
def test_paused_and_answered_are_left_alone(cast: Cast, state: str) -> None:
    if state == "paused":
        at(cast, Step.ASK_PAUSE, 12, 9, text="等批复", files=[photo()])
        with on(12, 9):
            cast.does(cast.office, Step.PAUSE)
    else:
        at(cast, Step.ANSWER, 12, 9, files=[photo()], **ANSWER)
    assert run(15, 10) == Escalated()
    assert len(written()) == 1


def test_next_round_begins_anew(cast: Cast) -> None:
    run(23, 9)
    at(cast, Step.ANSWER, 24, 9, files=[photo()], **ANSWER)
    at(cast, Step.RETURN, 25, 9, text="未通电", due=date(2024, 10, 31))
    assert run(25, 9) == Escalated(1, 0)  # sent back once: yellow again, no longer late
    at(cast, Step.ANSWER, 26, 9, files=[photo()], **ANSWER)
    at(cast, Step.RETURN, 27, 9, text="仍未通电")
    assert run(27, 9) == Escalated(1, 1)
    assert written()[-2:] == ["2 supervise yellow", "3 supervise yellow"]
    top = Escalation.objects.order_by("-pk")[0]
    assert (top.round, top.level) == (3, 4)


def test_calendar_corrected_later_takes_nothing_back(cast: Cast) -> None:
    at(cast, Step.NOTE, 19, 9, text="在办")
    run(23, 9)
    assert written()[1:] == ["1 supervise yellow"]
    freed = CalendarDay(date=date(2024, 9, 23), works=False, name="停电")
    save_calendar(record=freed, actor=factories.system())
    assert run(23, 9) == Escalated(1, 0)  # by the corrected calendar it is not late yet
    assert written()[1:] == ["1 supervise yellow", "1 supervise blue"]
    assert Escalation.objects.get().level == 2
    assert run(24, 9) == Escalated()  # late now, and both were written
    with on(23, 9):
        assert monitor.summarize(date(2024, 9, 23)).escalated == 1


def test_answer_between_the_search_and_the_lock_is_seen(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from projects.services.matters import escalation

    moving = escalation._moving

    def slowly(terms: Any) -> Any:
        for pk in list(moving(terms)):
            at(cast, Step.ANSWER, 23, 9, files=[photo()], **ANSWER)
            yield pk

    monkeypatch.setattr(escalation, "_moving", slowly)
    assert run(23, 9) == Escalated()
    assert len(written()) == 1


def test_batches_reach_all_and_cost_the_same(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    with on(9, 9):
        for _ in range(5):
            Cast().issued("2024-10-31")
    with on(10, 9) as today, django_assert_num_queries(11):
        escalate(day=today)  # six, four of the only batch, and one that finds no more
    monkeypatch.setattr("projects.services.matters.escalation.BATCH", 2)
    assert run(11, 9) == Escalated(5, 0)


class TestReminding:
    def test_office_reminds_with_words_and_a_sheet(self, cast: Cast) -> None:
        at(cast, Step.REMIND, 12, 9, text="请抓紧")
        order = Order.objects.get(kind="remind")
        assert (order.content["words"], order.issued_by) == ("请抓紧", cast.office)
        assert cast.matter.state == "working"
        assert cast.matter.spoken_on == date(2024, 9, 9)
        assert run(18, 9) == Escalated(1, 0)  # blue; the silence has its sheet
        with pytest.raises(MatterRefused, match="第 1 轮已于 2024-09-12 签发过催办单"):
            at(cast, Step.REMIND, 19, 9, text="再催")
        assert cast.matter.steps.filter(step="remind").count() == 1

    def test_needs_words_and_is_nothing_for_the_agency(self, cast: Cast) -> None:
        with pytest.raises(ValidationError, match="催办须写明"):
            at(cast, Step.REMIND, 12, 9)
        with pytest.raises(NotAllowed, match="催办由督查办公室办理"), on(12, 9):
            cast.does(cast.clerk, Step.REMIND, text="催")

    def test_paused_is_not_reminded(self, cast: Cast) -> None:
        at(cast, Step.ASK_PAUSE, 12, 9, text="等批复", files=[photo()])
        with on(12, 9):
            cast.does(cast.office, Step.PAUSE)
        with pytest.raises(MatterRefused, match="已暂停"):
            at(cast, Step.REMIND, 13, 9, text="催")


class TestByHand:
    def issue(self, cast: Cast, day: int, actor: User | None = None, **more: Any) -> Order:
        with on(day, 9):
            given = {"seen": factories.seen(cast.matter)} | more
            return issue_order(matter=cast.matter, actor=actor or cast.office, **given)

    def test_office_writes_the_colour_that_is_due(self, cast: Cast) -> None:
        order = self.issue(cast, 14, words="月底前必须通电")
        assert (order.colour, order.content["words"]) == ("blue", "月底前必须通电")
        assert run(14, 9) == Escalated(1, 0)  # for its silence
        assert written().count("1 supervise blue") == 1

    def test_second_of_a_round_and_colour_is_refused(self, cast: Cast) -> None:
        first = self.issue(cast, 14)
        with pytest.raises(MatterRefused, match="一事一单") as refused:
            self.issue(cast, 18)
        assert first.number in str(refused.value)
        with pytest.raises(IntegrityError), transaction.atomic():
            Order.objects.create(
                **{
                    field.attname: getattr(first, field.attname)
                    for field in Order._meta.concrete_fields
                    if field.name not in {"id", "number"}
                },
                number="督办单〔2024〕9号",
            )

    def test_none_is_due_yet_or_any_more(self, cast: Cast) -> None:
        with pytest.raises(MatterRefused, match="还有 4 个工作日，不多于 3 个"):
            self.issue(cast, 13)
        at(cast, Step.ANSWER, 18, 9, files=[photo()], **ANSWER)
        with pytest.raises(MatterRefused, match="事项现在是“已反馈”，不发督办单"):
            self.issue(cast, 23)

    def test_office_alone_and_knowing_what_it_sees(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed, match="督查办公室签发"):
            self.issue(cast, 14, actor=cast.clerk)
        with pytest.raises(StaleRecord):
            self.issue(cast, 14, seen=1)
        with pytest.raises(ValidationError, match="最多 200 字"):
            self.issue(cast, 14, words="字" * 201)
        assert len(written()) == 1


class TestReceipt:
    @pytest.fixture
    def order(self, cast: Cast) -> Order:
        run(14, 9)
        return Order.objects.get(colour="blue")

    def test_agency_acknowledges_once(self, cast: Cast, order: Order) -> None:
        done = acknowledge_order(order=order, actor=cast.colleague)
        assert (done.acknowledged_by, done.on_behalf) == (cast.colleague, False)
        with pytest.raises(MatterRefused, match=f"已由{cast.colleague}签收"):
            acknowledge_order(order=order, actor=cast.clerk)
        order.refresh_from_db()
        assert order.is_whole

    def test_office_acknowledges_for_it_and_says_so(self, cast: Cast, order: Order) -> None:
        assert acknowledge_order(order=order, actor=cast.office).on_behalf

    def test_others_do_not(self, cast: Cast, order: Order) -> None:
        for stranger in (cast.of(factories.agency()), cast.leader):
            with pytest.raises(NotAllowed, match="签收由责任单位"):
                acknowledge_order(order=order, actor=stranger)
        with pytest.raises(NotAllowed):
            acknowledge_order(order=order, actor=factories.user())


def test_numbers_have_no_gaps_after_what_was_rolled_back(cast: Cast) -> None:
    with transaction.atomic():
        run(14, 9)
        assert Order.objects.filter(number="督办单〔2024〕1号").exists()
        transaction.set_rollback(True)
    run(14, 9)
    run(23, 9)
    numbers = Order.objects.filter(kind="supervise").order_by("pk")
    assert [each.number for each in numbers] == ["督办单〔2024〕1号", "督办单〔2024〕2号"]
    assert Serial.objects.get(kind="督办单").last == 2


def test_content_stays_when_the_matter_and_its_people_change(cast: Cast) -> None:
    run(14, 9)
    order = Order.objects.get(colour="blue")
    assert order.content["people"] == f"{cast.clerk.official.name}"
    Matter.objects.update(title="改名")
    cast.clerk.official.name = "改名"
    cast.clerk.official.save()
    order.refresh_from_db()
    assert order.content["title"] != "改名"
    assert order.is_whole


class TestWhoIsTold:
    def test_agency_of_an_order_and_not_the_verifier(self, cast: Cast) -> None:
        Matter.objects.update(verifier=cast.colleague)
        factories.official(user=factories.user(), agency=cast.agency)  # may not act
        with on(14, 9) as today:
            escalate(day=today)
            told = Notice.objects.filter(kind="order_issued", title__contains="蓝色")
            assert {each.recipient for each in told} == {cast.clerk}
            assert told[0].link == f"/orders/{Order.objects.get(colour='blue').pk}/"

    def test_rung_of_an_escalation(self, cast: Cast) -> None:
        district = factories.user(READER, is_staff=False)
        MatterRules.objects.get().leaders.add(factories.official(user=district, post="区长"))
        run(27, 9)
        leader = Notice.objects.get(kind="matter_escalated")
        assert leader.recipient == cast.leader
        assert leader.title.startswith("事项升为 3 级：")
        run(16, 10)
        assert Notice.objects.filter(kind="matter_escalated", recipient=district).count() == 1


def test_rungs_fall_back_on_who_is_there(cast: Cast) -> None:
    head = factories.official(agency=cast.agency, post="局长", order=9_999)
    run(23, 9)
    assert Escalation.objects.get().names == [f"{head.name}（局长）"]


def test_daily_run_says_how_many(cast: Cast) -> None:
    with on(23, 9) as today:
        monitor.run(today, today=today)
        monitor.run(today, today=today)
        summary = monitor.summarize(today)
    assert (summary.orders, summary.escalated) == (2, 1)
    with on(24, 9) as later:
        monitor.run(today, today=later)  # a past day presses nobody
    assert Order.objects.filter(issued_on=date(2024, 9, 24)).count() == 0
    assert factories.user(REVIEWER).has_perm("projects.view_order")
