"""The pages that the guides lead to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Door:
    """A page that a task starts from, by the name of its address, for whoever holds the permission.

    `of_office` says that it lies in the office's part, where only staff come in.
    """

    words: str
    name: str
    permission: str = ""
    of_office: bool = False


MY_WORK = Door("我的工作", "admin:index", of_office=True)
LIST = Door("进展清单", "progress", "projects.view_project")
OVERVIEW = Door("总览", "overview", "projects.view_project")
WALL = Door("挂图作战", "wall-chart", "projects.view_project")
DAILY = Door("日监测", "daily", "projects.view_project")
FILING = Door("填报情况", "reporting", "projects.view_project")
QUALITY = Door("数据质量", "quality", "projects.view_project")
PERMITS = Door("手续有效期", "permits", "projects.view_project")
RULES = Door("亮灯规则", "rules", "projects.view_project")
MATTERS = Door("事项", "matters", "projects.view_matter")
LISTS = Door("清单名册", "programmes", "projects.view_project")
YEAR_TURN = Door("年度结转", "year-turn-now", "investment.add_yearturn")
BULLETINS = Door("月通报", "bulletins", "reports.view_bulletin")
LEAGUE_RULES = Door("赛马规则", "league-rules", "reports.view_leaguerules")
WEEKLY = Door("周调度", "weekly-reviews", "projects.view_weeklyreview")
RAISE = Door("提出事项", "matter-new", "projects.add_matter")
STOPS = Door("停工项目", "stops", "projects.view_stop")
TEMPLATES = Door("公文模板", "office-templates", "documents.view_officetemplate")
CLOSE_OUTS = Door("收官总结", "close-outs", "projects.view_closeout")
SEARCH = Door("搜索", "search", "projects.view_project")
TERMS = Door("名词", "terms")
PROJECTS = Door(
    "重点项目", "admin:projects_project_changelist", "projects.view_project", of_office=True
)
REPORTS = Door(
    "进展填报",
    "admin:investment_statusreport_changelist",
    "investment.view_statusreport",
    of_office=True,
)
SHEETS = Door(
    "Excel 导入导出",
    "admin:sheets_sheetimport_changelist",
    "sheets.view_sheetimport",
    of_office=True,
)
REVIEW = Door(
    "复核",
    "admin:investment_statusreport_review",
    "investment.approve_statusreport",
    of_office=True,
)
CORRECTIONS = Door(
    "更正",
    "admin:investment_correction_changelist",
    "investment.view_correction",
    of_office=True,
)
RULE_SETS = Door(
    "亮灯规则各版", "admin:reports_ruleset_changelist", "reports.view_ruleset", of_office=True
)
OVERRIDES = Door(
    "人工调灯",
    "admin:reports_lightoverride_changelist",
    "reports.view_lightoverride",
    of_office=True,
)
ACCOUNTS = Door("账号", "admin:access_user_changelist", "access.view_user", of_office=True)
PEOPLE = Door(
    "干部", "admin:projects_official_changelist", "projects.view_official", of_office=True
)
KEYS = Door("接口密钥", "admin:access_apikey_changelist", "access.view_apikey", of_office=True)
JOBS = Door("后台任务", "admin:jobs_job_changelist", "jobs.view_job", of_office=True)
HEALTH = Door("运行状况", "health", "jobs.view_job")
FIRST_DAY = Door("开始使用", "start", "access.add_user")
API_DOCS = Door("接口文档", "api-docs")
