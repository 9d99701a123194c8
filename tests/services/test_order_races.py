"""Two runs at a time, and an answer in the second of the run: one order, and only where it is due."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from kuancheng import clock
from projects.choices import Outcome
from projects.models import Escalation, Order, Serial
from projects.rules.matters.steps import Step
from projects.services.matters.escalation import escalate
from projects.services.matters.orders import acknowledge_order
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given, MatterRefused
from tests import factories
from tests.clock import on
from tests.projects.uploads import photo
from tests.reports.judging.test_concurrency import side_by_side
from tests.services.test_matters import Cast

pytestmark = pytest.mark.django_db(transaction=True)

LATE = datetime(2024, 9, 23, 12, tzinfo=timezone.get_default_timezone())


def late(number: int) -> list[Cast]:
    """Matters that are late since the 23rd."""
    with on(9, 9):
        return [Cast().working("2024-09-20") for _ in range(number)]


def run() -> None:
    with clock.at(LATE):
        escalate(day=date(2024, 9, 23))


def test_two_runs_write_each_order_once_and_number_them_without_gaps() -> None:
    late(4)
    side_by_side(run, run)
    supervised = Order.objects.filter(kind="supervise")
    assert sorted(each.number for each in supervised) == [
        f"督办单〔2024〕{number}号" for number in (1, 2, 3, 4)
    ]
    assert Order.objects.filter(kind="remind").count() == 4
    assert Escalation.objects.count() == 4
    assert Serial.objects.get(kind="督办单").last == 4


def test_answer_at_the_same_second_leaves_what_was_true_of_one_of_both_orders() -> None:
    (cast,) = late(1)
    seen = factories.seen(cast.matter)

    def answer() -> None:
        given = Given(text="已增容", outcome=Outcome.SOLVED, files=[photo()])
        with clock.at(LATE):
            take_step(
                matter=cast.matter, step=Step.ANSWER, actor=cast.clerk, seen=seen, given=given
            )

    side_by_side(run, answer)
    cast.matter.refresh_from_db()
    assert cast.matter.state == "answered"
    # Either the run came first and wrote all of it, or it found the answer and wrote nothing.
    pressed = Order.objects.exclude(kind="assign").count(), Escalation.objects.count()
    assert pressed in {(2, 1), (0, 0)}
    run()
    assert (Order.objects.exclude(kind="assign").count(), Escalation.objects.count()) == pressed


def test_receipt_is_signed_by_one_of_two() -> None:
    (cast,) = late(1)
    run()
    order = Order.objects.get(kind="supervise")
    refused: list[str] = []

    def sign(actor: object) -> None:
        try:
            acknowledge_order(order=order, actor=actor)  # type: ignore[arg-type]
        except MatterRefused as error:
            refused.append(str(error))

    side_by_side(lambda: sign(cast.clerk), lambda: sign(cast.colleague))
    order.refresh_from_db()
    assert len(refused) == 1
    assert str(order.acknowledged_by) in refused[0]
