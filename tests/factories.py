"""Makers of records for tests: name what matters, the rest is plausible."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from investment.models import AnnualPlan, Correction, StatusReport
from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.records.versions import revision
from projects.choices import AgencyKind, MatterKind, Phase, Role, Stage, StopReason
from projects.models import (
    Agency,
    Assignment,
    Baseline,
    Listing,
    Matter,
    Milestone,
    Official,
    Programme,
    Project,
    Stop,
)

_number = count(1)
PASSWORD = "Kuancheng-2024"


def user(*roles: str, **fields: Any) -> User:
    """An account with those roles; staff unless said otherwise."""
    number = next(_number)
    defaults: dict[str, Any] = {
        "username": f"user{number}",
        "full_name": f"用户{number}",
        "is_staff": True,
    }
    made = User.objects.create_user(password=PASSWORD, **defaults | fields)
    made.groups.set([Group.objects.get(name=role) for role in roles])
    return made


def agency(**fields: Any) -> Agency:
    """A department."""
    number = next(_number)
    return Agency.objects.create(
        **{"name": f"示例单位{number}", "kind": AgencyKind.DEPARTMENT, "order": number} | fields
    )


def official(**fields: Any) -> Official:
    """An official without a login."""
    number = next(_number)
    return Official.objects.create(**{"name": f"示例干部{number}", "order": number} | fields)


def project(**fields: Any) -> Project:
    """A project under construction, of 10,000 万元."""
    number = next(_number)
    defaults = {
        "code": f"T-{number:05}",
        "name": f"示例项目{number}",
        "stage": Stage.CONSTRUCTION,
        "total_investment": Decimal(10_000),
    }
    return Project.objects.create(**defaults | fields)


def stop(**fields: Any) -> Stop:
    """A stop for want of money since the first of September, written past the service."""
    defaults = {"reason": StopReason.FUNDS, "stopped_on": date(2024, 9, 1)}
    return Stop.objects.create(**defaults | fields)


def assignment(**fields: Any) -> Assignment:
    """A lead official since the beginning of 2024."""
    defaults = {"role": Role.LEAD_OFFICIAL, "since": date(2024, 1, 1)}
    return Assignment.objects.create(**defaults | fields)


def milestone(**fields: Any) -> Milestone:
    """A construction milestone without dates."""
    number = next(_number)
    return Milestone.objects.create(
        **{"name": f"节点{number}", "phase": Phase.CONSTRUCTION, "order": number} | fields
    )


def annual_plan(**fields: Any) -> AnnualPlan:
    """A plan for 2024 of 1,000 万元, not broken down by month."""
    return AnnualPlan.objects.create(**{"year": 2024, "amount": Decimal(1_000)} | fields)


def status_report(**fields: Any) -> StatusReport:
    """A draft for September 2024."""
    return StatusReport.objects.create(**{"month": date(2024, 9, 1)} | fields)


def programme(*projects: Project, **fields: Any) -> Programme:
    """A list with those projects on it since the first day of its year."""
    number = next(_number)
    defaults: dict[str, Any] = {"code": f"p-{number}", "name": f"示例清单{number}", "year": 2024}
    defaults["begins"] = date(fields.get("year", 2024), 1, 1)
    made = Programme.objects.create(**defaults | fields)
    for place, each in enumerate(projects, 1):
        listing(programme=made, project=each, number=place)
    return made


def listing(**fields: Any) -> Listing:
    """A stay on a list since its first day."""
    return Listing.objects.create(**{"since": fields["programme"].begins} | fields)


def matter(**fields: Any) -> Matter:
    """A draft about a project of its own, with an agency to lead it and somebody to verify it."""
    number = next(_number)
    defaults: dict[str, Any] = {
        "title": f"示例事项{number}",
        "kind": MatterKind.DIFFICULTY,
        "text": "临时用电容量不足",
        "project": fields.get("project") or project(),
        "lead_agency": fields.get("lead_agency") or agency(),
        "author": fields.get("author") or user(REVIEWER),
        "verifier": fields.get("verifier") or user(REVIEWER),
    }
    return Matter.objects.create(**defaults | fields)


def system() -> User:
    """The system's own account, which may do everything."""
    return User.objects.system()


def seen(record: Any) -> int:
    """The version of a record that somebody who opens its page now is shown."""
    if isinstance(record, Correction):
        return seen(record.report)
    if isinstance(record, Baseline):
        return seen(record.project)
    if isinstance(record, AnnualPlan) or not hasattr(record, "version"):
        return revision(record)
    version: int = type(record)._default_manager.values_list("version", flat=True).get(pk=record.pk)
    return version
