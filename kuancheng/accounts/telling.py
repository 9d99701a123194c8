"""Whose account it is hears of what others did with it: nobody is made somebody else unawares."""

from kuancheng.access.models import User
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import notify

ACCOUNT_TOUCHED = NoticeKind("account_touched", "本人账号变动", duty=True, group="变更申请")

KINDS = (ACCOUNT_TOUCHED,)


def tell_holder(holder: User, *, by: User, key: str, words: str) -> None:
    """Tells him what was done with his account, and by whom."""
    notify(
        to=[holder],
        kind=ACCOUNT_TOUCHED,
        title=f"您的账号：{words}",
        text=f"由系统管理员 {by} 办理。如与您无关，请立即联系另一位系统管理员和审计人员。",
        key=f"{holder.pk}:{key}",
        by=by.pk,
    )
