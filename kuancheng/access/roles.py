"""The five roles (groups), and how an app's migration grants its models to them."""

from collections.abc import Collection, Mapping

from django.apps.registry import Apps

SYSTEM_ADMIN = "系统管理员"
REVIEWER = "复核(项目中心)"
REPORTER = "填报(项目秘书/责任单位)"
READER = "查看(领导)"
AUDITOR = "审计"

ROLES = (SYSTEM_ADMIN, REVIEWER, REPORTER, READER, AUDITOR)

EXCLUSIVE = (SYSTEM_ADMIN, REVIEWER, AUDITOR)
"""Roles of which nobody has two: who keeps accounts approves no figures, and is audited by a third
(GB/T 22239-2019: 三权分立)."""


def clash(roles: Collection[str]) -> str:
    """Why nobody has these roles together, in Chinese; empty where somebody may."""
    both = [each for each in EXCLUSIVE if each in roles]
    if len(both) < 2:
        return ""
    return f"{'、'.join(f'“{each}”' for each in both)}不能由同一个账号担任，请分给不同的人。"


def grant(apps: Apps, app_label: str, grants: Mapping[str, Mapping[str, str]]) -> None:
    """Gives roles permissions on an app's models, from inside a migration.

    `grants` maps a model's name to {role: actions}, the actions separated by blanks:
    `{"project": {REVIEWER: "view add change"}}`. An action that is not one of Django's four is
    a codename of the model's own. Permissions are made where they do not exist yet, since a
    migration runs before Django makes them.
    """
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    content_type_model = apps.get_model("contenttypes", "ContentType")
    for model_name, by_role in grants.items():
        content_type, _ = content_type_model.objects.get_or_create(
            app_label=app_label, model=model_name
        )
        for role, actions in by_role.items():
            group = group_model.objects.get(name=role)
            for action in actions.split():
                own = action not in {"view", "add", "change", "delete"}
                codename = action if own else f"{action}_{model_name}"
                permission, _ = permission_model.objects.get_or_create(
                    content_type=content_type, codename=codename, defaults={"name": codename}
                )
                group.permissions.add(permission)


def everyone(actions: str) -> dict[str, str]:
    """The same actions for all five roles."""
    return dict.fromkeys(ROLES, actions)
