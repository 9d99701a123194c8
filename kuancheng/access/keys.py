"""Issuing keys: nobody gets by a key what he may not do himself, and none writes on one word."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.access.models import ApiKey, User
from kuancheng.access.rights import require
from kuancheng.access.roles import AUDITOR, EXCLUSIVE, SYSTEM_ADMIN
from kuancheng.audit import acts
from kuancheng.records.announcing import Action, Announcement, announce

NEVER_WRITES = (SYSTEM_ADMIN, AUDITOR)
"""Roles in whose name no machine writes."""

ADD = "access.add_apikey"


@transaction.atomic
@acts.edit("签发接口密钥", "user")
def issue_key(
    *, issuer: User, user: User, name: str, scope: str, expires_at: datetime | None, **more: Any
) -> tuple[ApiKey, str]:
    """Makes a key of `user`. Returns the record and the key itself, which cannot be read again.

    One that writes in another's name, or reads for a mightier account, waits for a second person
    and opens nothing before. ValidationError for a key that writes in the name of an
    administrator, an auditor or a superuser.
    """
    require(issuer, ADD)
    if scope == ApiKey.Scope.WRITE:
        _require_writer(user)
    key, secret = ApiKey.issue(user=user, name=name, scope=scope, expires_at=expires_at, **more)
    if user.pk != issuer.pk and (scope == ApiKey.Scope.WRITE or is_mightier(user, issuer)):
        key.waiting = True
        key.save(update_fields=["waiting"])
        announce(_waits(key, issuer))
    return key, secret


def is_mightier(user: User, than: User) -> bool:
    """Whether an account holds one of the roles that exclude each other, and the other not."""
    if than.is_system or than.is_superuser:
        return False
    return user.is_superuser or bool(_roles(user) & set(EXCLUSIVE) - _roles(than))


def _roles(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def _require_writer(user: User) -> None:
    if user.is_superuser or _roles(user) & set(NEVER_WRITES):
        raise ValidationError(
            {"user": f"{user}是系统管理员、审计或超级用户，不能签发可写的密钥；请给业务账号签发。"}
        )


def _waits(key: ApiKey, issuer: User) -> Announcement:
    label = ApiKey._meta.label_lower
    return Announcement(label, key.pk, Action.CREATED, None, ("waiting",), issuer.pk)
