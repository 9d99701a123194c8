"""What a reader does with his notices."""

from collections.abc import Iterable

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.notices.models import Notice


def mark_read(*, reader: User, ids: Iterable[int]) -> int:
    """Marks some of his notices as read; how many were not. Others' are left alone."""
    unread = Notice.objects.visible_to(reader).unread()
    return unread.filter(pk__in=ids).update(read_at=clock.now())


def mark_all_read(*, reader: User, upto: int) -> int:
    """Marks all up to the newest that he was shown; what came in meanwhile stays unread."""
    unread = Notice.objects.visible_to(reader).unread()
    return unread.filter(pk__lte=upto).update(read_at=clock.now())
