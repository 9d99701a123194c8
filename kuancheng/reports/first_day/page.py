"""The steps of the first day, and whether each is done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Count, Exists, Q
from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import ApiKey, User, Visitor
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.asking.parameters import Parameters
from kuancheng.jobs import heartbeat
from kuancheng.jobs.models import SUCCESSFUL, Job
from kuancheng.reports.models import RuleSet
from projects.models import Agency, CalendarDay, Official, Programme, Project, WinterWindow

SETTERS = ("access.add_user", "projects.add_project")
"""Who sets the site up: the system's administrator, and the office where it is the office's affair."""

NEEDED = {REVIEWER: 2, REPORTER: 1, READER: 1}
"""So many people at least: nobody approves what he wrote himself."""


class FirstDayParameters(Parameters):
    """None: what is done is seen from the records of this moment."""

    no_past = "这里看的是现在做到哪一步，不能指定日期。"


@dataclass(frozen=True)
class Way:
    """Where a step is done, and the permission that it takes."""

    words: str
    name: str
    permission: str


@dataclass(frozen=True)
class Step:
    """A step; `by` is who does it, `ways` where."""

    code: str
    name: str
    text: str
    by: str
    ways: tuple[Way, ...]


STEPS = (
    Step(
        "agencies",
        "单位",
        "登记责任单位、街道（镇）和建设单位。责任单位决定谁可以修改项目。",
        "系统管理员或项目中心",
        (Way("新增单位", "admin:projects_agency_add", "projects.add_agency"),),
    ),
    Step(
        "officials",
        "干部",
        "登记包保领导、专班人员和项目秘书，写明职务和单位。",
        "系统管理员或项目中心",
        (Way("新增干部", "admin:projects_official_add", "projects.add_official"),),
    ),
    Step(
        "accounts",
        "账号和角色",
        "给每个人开账号、选角色：至少两位复核、一位填报、一位查看。自己写的数字由另一人复核，自己办的事项由另一人核查，所以复核要两位。角色由一位系统管理员提出、另一位通过，所以管理员也要两位：第二位由掌管服务器的人用命令任命，见部署说明“两人办理”。",
        "系统管理员",
        (Way("新增账号", "admin:access_user_add", "access.add_user"),),
    ),
    Step(
        "linked",
        "账号关联到干部",
        "在干部里选“登录账号”，系统据此判断填报人员能改哪些项目，能签收和办理哪些单位的事项；没有关联账号的单位，事项由项目中心代签。",
        "系统管理员或项目中心",
        (Way("打开干部", "admin:projects_official_changelist", "projects.change_official"),),
    ),
    Step(
        "programme",
        "清单",
        "建立本年的清单和它的目标，例如“2024年5000万元以上重点项目”。",
        "项目中心",
        (Way("新增清单", "admin:projects_programme_add", "projects.add_programme"),),
    ),
    Step(
        "projects",
        "项目",
        "用 Excel 一次导入（下载空表，填好上传），或者逐个登记；登记后在清单名册里列入清单。",
        "项目中心",
        (
            Way("Excel 导入", "admin:sheets_sheetimport_changelist", "sheets.add_sheetimport"),
            Way("逐个登记", "admin:projects_project_add", "projects.add_project"),
            Way("列入清单", "programmes", "projects.add_listing"),
        ),
    ),
    Step(
        "calendar",
        "本年日历",
        "法定节假日和调休自动计算。请登记本年的冬季停工期，以及本地另有安排的日子；没有登记的按 11 月 1 日至 3 月 31 日停工。",
        "项目中心",
        (
            Way("登记冬季停工期", "admin:projects_winterwindow_add", "projects.add_winterwindow"),
            Way("登记日历调整", "admin:projects_calendarday_add", "projects.add_calendarday"),
        ),
    ),
    Step(
        "thresholds",
        "亮灯规则",
        "系统自带的阈值是默认值，不是文件规定，红灯说明的期限也在其中。请核对后新增一版；阈值不变也可以，说明里写明沿用默认值和依据。",
        "项目中心",
        (Way("核定亮灯规则", "admin:reports_ruleset_add", "reports.add_ruleset"),),
    ),
    Step(
        "worker",
        "后台进程",
        "Excel 导入等由它运行，启动命令见部署说明。运行着，或者完成过任务，就算做完。",
        "系统管理员",
        (Way("后台任务", "admin:jobs_job_changelist", "jobs.view_job"),),
    ),
    Step(
        "key",
        "第一个接口密钥",
        "给取数的系统签发密钥，密钥只显示一次。暂时没有系统取数的，可以先放着。",
        "系统管理员",
        (Way("签发密钥", "admin:access_apikey_add", "access.add_apikey"),),
    ),
)


@dataclass(frozen=True)
class Standing:
    """A step as it stands; `lacks` says what is missing, `ways` are those that the reader may go."""

    step: Step
    done: bool
    lacks: str
    ways: tuple[tuple[str, str], ...]


def may_set_up(user: Visitor) -> bool:
    """Whether the steps are shown to this account."""
    return any(user.has_perm(permission) for permission in SETTERS)


def first_day_page(user: User) -> dict[str, Any]:
    """The template's context. Two queries beside those for the account's rights."""
    accounts = _accounts()
    facts = _facts(accounts)
    standings = [
        Standing(
            step,
            facts[step.code],
            _lacking(accounts) if step.code == "accounts" else "",
            tuple(_ways(step, user)),
        )
        for step in STEPS
    ]
    done = sum(each.done for each in standings)
    return {"standings": standings, "done": done, "open": len(STEPS) - done}


def open_steps(user: Visitor) -> int:
    """How many steps are left; 0 for whoever does not set the site up. Two queries at most."""
    if not may_set_up(user):
        return 0
    facts = _facts(_accounts())
    return sum(not facts[step.code] for step in STEPS)


def _facts(accounts: Mapping[str, int]) -> dict[str, bool]:
    """Whether each step is done. One query: the first thresholds come with the system, so there is a row."""
    year = clock.today().year
    asked = {
        "agencies": Exists(Agency.objects.all()),
        "officials": Exists(Official.objects.all()),
        "linked": Exists(Official.objects.filter(user__isnull=False)),
        "programme": Exists(Programme.objects.all()),
        "projects": Exists(Project.objects.all()),
        "days": Exists(CalendarDay.objects.filter(date__year=year)),
        "winter": Exists(WinterWindow.objects.filter(year__in=(year - 1, year))),
        "thresholds": Exists(RuleSet.history.all()),
        "worked": Exists(Job.objects.filter(status=SUCCESSFUL)),
        "key": Exists(ApiKey.objects.all()),
    }
    answers = RuleSet.objects.order_by("pk").annotate(**asked).values_list(*asked)[0]
    found: dict[str, bool] = dict(zip(asked, answers, strict=True))
    return found | {
        "accounts": not _missing(accounts),
        "calendar": found["days"] or found["winter"],
        "worker": found["worked"] or bool(heartbeat.live_workers()),
    }


def _accounts() -> dict[str, int]:
    """How many people can come in with each role. One query."""
    people = Count("user", filter=Q(user__is_active=True))
    roles = Group.objects.filter(name__in=NEEDED).annotate(people=people)
    return dict(roles.values_list("name", "people"))


def _missing(accounts: Mapping[str, int]) -> dict[str, int]:
    return {
        role: number - accounts.get(role, 0)
        for role, number in NEEDED.items()
        if accounts.get(role, 0) < number
    }


def _lacking(accounts: Mapping[str, int]) -> str:
    missing = "、".join(f"{role} {number} 位" for role, number in _missing(accounts).items())
    return f"还缺：{missing}。" if missing else ""


def _ways(step: Step, user: User) -> Iterator[tuple[str, str]]:
    for way in step.ways:
        if user.is_staff and user.has_perm(way.permission):
            yield way.words, reverse(way.name)
