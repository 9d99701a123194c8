"""What tests of the chain need: entries, and a hand past all that refuses."""

from typing import Any

from django.db import connection

from kuancheng.audit.chain.sealing import seal
from kuancheng.audit.choices import Act, Door
from kuancheng.audit.models import AuditEntry, AuditSeal
from kuancheng.audit.origin import Origin, acting
from kuancheng.audit.recording import record
from tests import factories


def entries(number: int) -> None:
    """So many entries with every column filled, not sealed."""
    clerk = factories.user(full_name="周敏")
    for each in range(1, number + 1):
        with acting(Origin(address="10.1.2.3", door=Door.PAGE, account=clerk, key="kc_abcd")):
            record(
                Act.EXPORTED,
                name="zhoumin",
                subject=clerk,
                words=f"导出第 {each} 份",
                detail={"rows": each, "filter": {"light": "red"}},
            )


def sealed(number: int) -> None:
    """So many entries, sealed."""
    entries(number)
    assert seal() == number


def by_hand(statement: str, *values: Any) -> None:
    """What somebody with the database's password does."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount


def entry_at(place: int) -> int:
    """The number of the entry at a place of the chain."""
    return AuditSeal.objects.get(place=place).entry_id


def places() -> list[int]:
    """The places of the chain, in the order of their entries."""
    return list(AuditSeal.objects.order_by("entry_id").values_list("place", flat=True))


def count() -> int:
    """How many entries the tables hold."""
    return AuditEntry.objects.count()
