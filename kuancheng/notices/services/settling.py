"""What becomes of notices whose matter is done with: they say so, and wait for nobody."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Coalesce

from kuancheng import clock
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.models import Delivery, Notice


def settle(*, about: str, outcomes: Mapping[int, str], kinds: Iterable[NoticeKind]) -> int:
    """Writes on notices about those records what became of them; how many had said nothing yet.

    `about` is the records' kind as announcements name it, `outcomes` a sentence by record. They
    count as read, and mails that still wait are not sent. Two queries for any number of records.
    """
    if not outcomes:
        return 0
    codes = [kind.code for kind in kinds]
    found = Notice.objects.filter(about_kind=about, about_id__in=outcomes, kind__in=codes)
    over = found.unsettled()
    longest = Notice._meta.get_field("outcome").max_length
    said = [When(about_id=pk, then=Value(text[:longest])) for pk, text in outcomes.items()]
    with transaction.atomic():
        Delivery.objects.waiting().filter(bot=None, notice__in=over.values("pk")).delete()
        return over.update(
            outcome=Case(*said, output_field=CharField()), read_at=Coalesce("read_at", clock.now())
        )
