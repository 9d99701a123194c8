"""What an upgraded site has to put right by hand: accounts with roles that exclude each other."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError

from kuancheng.accounts.services.roles import clashing


@register(Tags.database)
def no_account_has_two_of_the_exclusive_roles(
    databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """Names them; `manage.py check --database default` and `migrate` ask."""
    if not databases:
        return []
    try:
        found = clashing()
    except DatabaseError:  # before the tables are there
        return []
    return [
        Warning(
            f"账号 {user.username}（{user}）：{said}", hint="请提出角色变更。", id="accounts.W001"
        )
        for user, said in found
    ]
