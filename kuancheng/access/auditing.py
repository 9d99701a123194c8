"""What the audit learns of who comes in and who may: logins, failures, lockouts, accounts, keys.

Logins are told by Django's and axes' own signals, so that every door is heard that asks for a
password, today's and tomorrow's.
"""

import re
from collections.abc import Mapping
from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from kuancheng.access.models import User
from kuancheng.access.passwords import CLASSES, REQUIRED
from kuancheng.audit.choices import Act
from kuancheng.audit.models import AuditEntry
from kuancheng.audit.recording import record, record_failure

RECENT = 5
"""So many logins a person is shown of his own account."""

OF_LOGINS = (Act.LOGIN, Act.LOGIN_FAILED, Act.LOCKED_OUT)


def listen() -> None:
    """Hears of every login from now on; twice is once."""
    user_logged_in.connect(_logged_in, dispatch_uid="audit")
    user_login_failed.connect(_login_failed, dispatch_uid="audit")
    user_logged_out.connect(_logged_out, dispatch_uid="audit")
    user_locked_out.connect(_locked_out, dispatch_uid="audit")


def name_shown(name: str, *, is_known: bool) -> str:
    """A name as it may be kept: whole, unless it looks like a password typed into the wrong field.

    A name that no account has, of as many kinds of characters as a password must have, loses all
    but its ends: `Kuancheng-2024` is kept as `Ku…4`. The auditor may know it from its ends; nobody
    learns from the log what opens an account.
    """
    kinds = sum(bool(re.search(each, name)) for each in CLASSES)
    if is_known or kinds < REQUIRED:
        return name[:150]
    return f"{name[:2]}…{name[-1]}"


def recent_logins(user: User) -> list[AuditEntry]:
    """Who came in, or tried to, by a person's account, newest first. One query."""
    own = AuditEntry.objects.filter(
        subject_type=User._meta.label_lower, subject_id=str(user.pk), act__in=OF_LOGINS
    )
    return list(own.newest_first()[:RECENT])


def note_account(
    user: User,
    *,
    is_new: bool,
    changed: Mapping[str, tuple[object, object]],
) -> None:
    """An account that was saved: what it is now. Roles are granted elsewhere, by two."""
    detail = {label: [_text(old), _text(new)] for label, (old, new) in changed.items()}
    if is_new:
        record(Act.ACCOUNT_CREATED, subject=user, words=f"新建账号“{user.username}”", detail=detail)
    elif "有效" in changed and not user.is_active:
        record(Act.ACCOUNT_DEACTIVATED, subject=user, words=f"停用账号“{user.username}”")
    elif changed:
        record(Act.ACCOUNT_CHANGED, subject=user, words=f"修改账号“{user.username}”", detail=detail)


def note_password(user: User, *, by: User | None) -> None:
    """A password that was set: by its owner, or by another for him."""
    own = by is not None and by.pk == user.pk
    act, words = (Act.PASSWORD_CHANGED, "修改本人口令") if own else (Act.PASSWORD_SET, "重设口令")
    record(act, actor=by, subject=user, words=words)


def _text(value: object) -> str:
    return "是" if value is True else "否" if value is False else str(value or "")


def _logged_in(sender: object, user: User, **more: Any) -> None:
    record(Act.LOGIN, actor=user, name=user.username, subject=user, words="登录")


def _logged_out(sender: object, user: User | None, **more: Any) -> None:
    if user is not None:
        record(Act.LOGOUT, actor=user, subject=user, words="退出登录")


def _login_failed(
    sender: object, credentials: Mapping[str, Any], request: HttpRequest | None = None, **more: Any
) -> None:
    _note_failure(Act.LOGIN_FAILED, str(credentials.get("username") or ""), "登录失败")


def _locked_out(sender: object, username: str | None, **more: Any) -> None:
    _note_failure(Act.LOCKED_OUT, username or "", "连续登录失败，已临时锁定")


def _note_failure(act: Act, name: str, words: str) -> None:
    """Whose account was tried is its subject: who tried is not known."""
    name = name.replace("\0", "")
    tried = User.objects.filter(username=name[:150]).first()
    shown = name_shown(name, is_known=tried is not None)
    record_failure(act, name=shown, subject=tried, words=words)
