"""Writing an account's roles: once two have agreed, or by whoever holds the machine."""

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.access.models import User
from kuancheng.access.roles import clash
from kuancheng.audit.choices import Act
from kuancheng.audit.recording import record


def roles_of(account: User) -> list[str]:
    """The names of an account's roles, in order. One query where they were not fetched."""
    return sorted(each.name for each in account.groups.all())


def in_words(roles: Collection[str]) -> str:
    """“填报、查看”; 无 for none."""
    return "、".join(roles) or "无"


@transaction.atomic
def write_account(
    *,
    account: User,
    roles: Collection[str],
    active: bool | None,
    why: str,
    actor: User,
    password: str = "",
) -> None:
    """Writes roles, whether the account may come in, and a password's digest where there is one.

    In its history and the audit.

    ValidationError for roles that exclude each other. Who may ask for it, the caller has asked.
    """
    if said := clash(roles):
        raise ValidationError({"groups": said})
    before, after = roles_of(account), sorted(roles)
    account.groups.set(Group.objects.filter(name__in=after))
    if active is not None:
        account.is_active = active
    if password:
        account.password = password
    changed = f"角色由“{in_words(before)}”改为“{in_words(after)}”" if before != after else ""
    did = [changed, "启用账号" if active else "", "设置了口令" if password else "", why]
    words = "；".join(filter(None, did))
    account._change_reason, account._history_user = words, actor  # type: ignore[attr-defined]
    account.save()
    if password:
        record(Act.PASSWORD_SET, actor=actor, subject=account, words=words)
    if changed or active:
        detail = {"before": before, "after": after}
        record(Act.ROLE_CHANGED, actor=actor, subject=account, words=words, detail=detail)
