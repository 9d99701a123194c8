"""Roles: proposed by one administrator, granted by another, never to oneself."""

from collections.abc import Collection, Iterable

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, holders, require
from kuancheng.access.roles import EXCLUSIVE, clash
from kuancheng.accounts.kinds import ACCOUNT, CHANGE, PASSWORD, in_words, roles_of
from kuancheng.audit import acts
from kuancheng.proposals.kinds import Change, Subject
from kuancheng.proposals.models import Proposal
from kuancheng.proposals.services import Draft, propose

LABEL = User._meta.label_lower

ALONE = (
    "现在没有第二位系统管理员可以审核。请由掌管服务器的人运行 manage.py grant_role 任命一位，"
    "见部署说明“两人办理”。"
)


@transaction.atomic
@acts.edit("提出账号变更", "account")
def propose_account(
    *,
    account: User,
    roles: Collection[str],
    reactivate: bool = False,
    password: str = "",
    reason: str,
    document: str = "",
    actor: User,
) -> Proposal | None:
    """Asks a second administrator for other roles, to let a closed account in again, or to set the
    password of a mighty one: who sets it could come in as its holder.

    `password` is its digest, kept until it is decided. None where nothing would change. NotAllowed for one's own account, superusers included;
    ValidationError for roles that exclude each other, without a reason, and while another change
    of the account waits.
    """
    require(actor, CHANGE)
    held = User.objects.select_for_update().get(pk=account.pk)
    _require_anothers(held, actor)
    changes = list(_changes(held, roles, reactivate))
    if password:
        words = ("保持不变", "重设，由提出人当面告知本人")
        changes.append(Change(PASSWORD, "口令", *words, None, password))
    if not changes:
        return None
    if said := clash(roles):
        raise ValidationError({"groups": said})
    subject = Subject(LABEL, held.pk, str(held), held.username)
    return propose(draft=Draft(ACCOUNT, subject, changes, reason, document), author=actor)


def is_mighty(account: User) -> bool:
    """Whether its password is set by two: it holds a role that excludes others, or all rights."""
    return account.is_superuser or bool(set(roles_of(account)) & set(EXCLUSIVE))


def deciders(actor: User) -> bool:
    """Whether anybody but this person could grant a role. One query."""
    others = holders(CHANGE) | User.objects.filter(is_active=True, is_superuser=True)
    return others.exclude(pk=actor.pk).exists()


def clashing() -> list[tuple[User, str]]:
    """The active accounts whose roles exclude each other, and what to say of each. Two queries."""
    held = User.objects.filter(is_active=True, groups__name__in=EXCLUSIVE).distinct()
    found = [(each, clash(roles_of(each))) for each in held.prefetch_related("groups")]
    return [(user, said) for user, said in found if said]


def _require_anothers(account: User, actor: User) -> None:
    if account.pk == actor.pk:
        raise NotAllowed("不能改自己的角色，请由另一位系统管理员提出。")
    if account.is_system:
        raise NotAllowed("系统账号没有角色，也不能启用。")


def _changes(account: User, roles: Collection[str], reactivate: bool) -> Iterable[Change]:
    before, after = roles_of(account), sorted(roles)
    known = set(Group.objects.filter(name__in=after).values_list("name", flat=True))
    if unknown := set(after) - known:
        raise ValidationError({"groups": f"没有角色“{'、'.join(sorted(unknown))}”。"})
    if before != after:
        yield Change("roles", "角色", in_words(before), in_words(after), list(before), list(after))
    if reactivate and not account.is_active:
        yield Change("is_active", "启用", "停用", "启用", False, True)
