"""Changes that take two people, at different ends: waiting, granted and sent back."""

from datetime import date, datetime, time

from django.utils import timezone

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.roles import READER
from kuancheng.accounts.granting import roles_of
from kuancheng.accounts.services.roles import propose_account
from kuancheng.proposals.amounts import AMOUNTS
from kuancheng.proposals.models import AmountRules, Proposal
from kuancheng.proposals.services import approve, send_back
from projects.models import CalendarDay
from projects.services.calendars import propose_calendar

HOUR = time(15)
ADMIN, SECOND_ADMIN = "xitong", "xitong2"
GRANTED_TO, ASKED_FOR = "mishu14", "mishu15"
"""Logins of officers who also read for their agency's head."""

FIRST, SECOND, THIRD = date(2024, 10, 9), date(2024, 10, 10), date(2024, 10, 14)
"""The days on which they were asked for."""

DAY_OFF, NEXT_YEAR = date(2024, 12, 31), date(2025, 1, 1)


def load(office: User, second: User) -> None:
    """Four of them; nothing that is judged changes."""
    people = User.objects.in_bulk(
        [ADMIN, SECOND_ADMIN, GRANTED_TO, ASKED_FOR], field_name="username"
    )
    with clock.at(_moment(FIRST)):
        granted = _role(people[GRANTED_TO], people[ADMIN])
        amounts = _amounts(office)
    with clock.at(_moment(SECOND)):
        approve(proposal=granted, seen=1, actor=people[SECOND_ADMIN], words="任免文件已核对")
        words = "新规定刚执行，先按每次变动都审核，年底再议。"
        send_back(proposal=amounts, words=words, seen=1, actor=second)
    with clock.at(_moment(THIRD)):
        _role(people[ASKED_FOR], people[ADMIN])
        day = CalendarDay(date=DAY_OFF, works=False, name="年末盘点")
        propose_calendar(record=day, reason="演示：区政府年末盘点，各单位停办业务", actor=office)


def _role(account: User, admin: User) -> Proposal:
    made = propose_account(
        account=account,
        roles=[*roles_of(account), READER],
        reason="演示：兼任单位领导联络员",
        document="示例任免〔2024〕8号",
        actor=admin,
    )
    assert made is not None  # noqa: S101 - the file gives nobody the reader's role besides
    return made


def _amounts(office: User) -> Proposal:
    rules = AmountRules(
        effective_from=NEXT_YEAR, note="演示：小额变动由一人办理", amount=500, percent=5
    )
    return AMOUNTS.put_forward(rules=rules, actor=office)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, HOUR))
