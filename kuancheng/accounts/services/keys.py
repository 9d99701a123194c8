"""A key that waits is put to whom it is of, and to the other administrators."""

from collections.abc import Sequence

from django.utils import timezone

from kuancheng.access.models import ApiKey, User
from kuancheng.accounts.kinds import KEY
from kuancheng.proposals.kinds import Change, Subject
from kuancheng.proposals.services import Draft, propose
from kuancheng.records.announcing import Action, Announcement

LABEL = ApiKey._meta.label_lower


def heed(changes: Sequence[Announcement]) -> None:
    """Proposes the keys that were issued and wait."""
    ours = [each for each in changes if each.kind == LABEL and each.action == Action.CREATED]
    for each in ours:
        key = ApiKey.objects.select_related("user").filter(pk=each.id, waiting=True).first()
        if key is not None:
            propose(draft=_draft(key), author=User.objects.get(pk=each.actor))


def _draft(key: ApiKey) -> Draft:
    ends = f"{timezone.localtime(key.expires_at):%Y-%m-%d} 到期" if key.expires_at else "不到期"
    change = Change("waiting", "可以使用", "待确认", "启用", True, False)
    return Draft(
        kind=KEY,
        subject=Subject(LABEL, key.pk, f"{key.user}的密钥“{key.name}”", f"{key.prefix}…"),
        changes=[change],
        reason=f"签发{key.get_scope_display()}密钥“{key.name}”，账号 {key.user.username}，{ends}",
        addressee=key.user if key.user.is_active else None,
    )
