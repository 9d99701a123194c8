"""What an account may do, asked inside the services: every door gives the same answer."""

from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest

from kuancheng.access.models import User

VERBS = {"view": "查看", "add": "新增", "change": "修改", "delete": "删除"}


class NotAllowed(PermissionDenied):
    """A step that this account may not take; `str()` says in Chinese which."""


def account(request: HttpRequest) -> User:
    """Who is asking. NotAllowed for nobody: what stands behind a login asks this."""
    if not isinstance(request.user, User):
        raise NotAllowed("请先登录。")
    return request.user


def require(actor: User, permission: str) -> None:
    """NotAllowed unless one of the account's roles holds the permission."""
    if not actor.has_perm(permission):
        raise NotAllowed(f"您的账号没有“{words_for(permission)}”的权限，请联系系统管理员。")


def holders(*permissions: str) -> QuerySet[User]:
    """The active accounts whose roles hold all of these permissions; no superusers. One query."""
    backend = f"{ModelBackend.__module__}.{ModelBackend.__qualname__}"
    found = User.objects.filter(is_active=True, is_system=False)
    for each in permissions:
        holding = User.objects.with_perm(each, include_superusers=False, backend=backend)
        found = found.filter(pk__in=holding.values("pk"))
    return found.order_by("pk")


def words_for(permission: str) -> str:
    """A permission in words: `projects.add_project` is “新增重点项目”."""
    app, codename = permission.split(".")
    verb, _, name = codename.partition("_")
    if verb in VERBS:
        return f"{VERBS[verb]}{apps.get_model(app, name)._meta.verbose_name}"
    own = [
        named
        for model in apps.get_app_config(app).get_models()
        for named in model._meta.permissions
    ]
    return str(dict(own)[codename]).removeprefix("可")
