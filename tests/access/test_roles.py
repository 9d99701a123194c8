"""What each of the five roles may do with each kind of record, by hand."""

import pytest
from django.test import Client

from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, ROLES, SYSTEM_ADMIN
from tests import factories

pytestmark = pytest.mark.django_db

ACTIONS = {"v": "view", "a": "add", "c": "change", "d": "delete"}

# v view, a add, c change, d delete; a dash for nothing
MATRIX = {
    #                            管理    复核    填报    查看  审计
    "projects.agency":          ("vacd", "vacd", "v",    "v", "v"),
    "projects.official":        ("vacd", "vacd", "v",    "v", "v"),
    "projects.programme":       ("v",    "vacd", "v",    "v", "v"),
    "projects.listing":         ("v",    "vacd", "v",    "v", "v"),
    "projects.target":          ("v",    "vacd", "v",    "v", "v"),
    "projects.targetreading":   ("v",    "vacd", "v",    "v", "v"),
    "projects.project":         ("v",    "vac",  "vc",   "v", "v"),
    "projects.assignment":      ("v",    "vacd", "v",    "v", "v"),
    "projects.milestone":       ("v",    "vacd", "vacd", "v", "v"),
    "projects.permitextension": ("v",    "vacd", "vacd", "v", "v"),
    "projects.calendarday":     ("v",    "vacd", "v",    "v", "v"),
    "projects.winterwindow":    ("v",    "vacd", "v",    "v", "v"),
    "projects.scheduletemplate": ("v",   "vacd", "v",    "v", "v"),
    "projects.templatestep":    ("v",    "vacd", "v",    "v", "v"),
    "projects.stop":            ("v",    "vac",  "vac",  "v", "v"),
    "projects.closeout":        ("v",    "vac",  "vac",  "v", "v"),
    "projects.pause":           ("v",    "vacd", "v",    "v", "v"),
    "projects.baseline":        ("v",    "vad",  "v",    "v", "v"),
    "projects.baselineentry":   ("v",    "v",    "v",    "v", "v"),
    "projects.milestoneevidence": ("v",  "vacd", "vacd", "v", "v"),
    "projects.matter":          ("v",    "vac",  "vac",  "vc", "v"),
    "projects.matterstep":      ("v",    "v",    "v",    "v", "v"),
    "projects.matterevidence":  ("v",    "v",    "v",    "v", "v"),
    "projects.deputy":          ("v",    "v",    "v",    "v", "v"),
    "projects.matterrules":     ("v",    "vac",  "v",    "v", "v"),
    "projects.order":           ("v",    "v",    "v",    "v", "v"),
    "projects.escalation":      ("v",    "v",    "v",    "v", "v"),
    "documents.officetemplate": ("v",    "vac",  "v",    "v", "v"),
    "projects.handover":        ("v",    "vac",  "v",    "v", "v"),
    "projects.handoveritem":    ("v",    "v",    "v",    "v", "v"),
    "projects.handoverevidence": ("v",   "v",    "v",    "v", "v"),
    "projects.weeklyreview":   ("v",    "vac",  "v",    "v", "v"),
    "projects.reviewcadence":  ("v",    "vac",  "v",    "v", "v"),
    "projects.agendaitem":     ("v",    "v",    "v",    "v", "v"),
    "projects.attendance":     ("v",    "v",    "v",    "v", "v"),
    "projects.decision":       ("v",    "v",    "v",    "v", "v"),
    "reports.bulletin":         ("v",    "vac",  "v",    "v", "v"),
    "reports.bulletinparagraph": ("v",   "vac",  "v",    "v", "v"),
    "reports.erratum":          ("v",    "vac",  "v",    "v", "v"),
    "reports.leaguegroup":      ("v",    "vac",  "v",    "v", "v"),
    "reports.leaguerules":      ("v",    "vac",  "v",    "v", "v"),
    "reports.leagueentry":      ("v",    "vac",  "v",    "v", "v"),
    "reports.leaguepublication": ("v",   "vac",  "v",    "v", "v"),
    "reports.leagueobjection":  ("v",    "vac",  "vac",  "vac", "v"),
    "projects.yearclassing":    ("v",    "v",    "v",    "v", "v"),
    "investment.yearturn":      ("v",    "vac",  "v",    "v", "v"),
    "investment.yearturnline":  ("v",    "v",    "v",    "v", "v"),
    "investment.annualplan":    ("v",    "vacd", "v",    "v", "v"),
    "investment.formerplan":    ("v",    "v",    "v",    "v", "v"),
    "investment.openingfigure": ("v",    "vacd", "v",    "v", "v"),
    "investment.seasonalcurve": ("v",    "vac",  "v",    "v", "v"),
    "investment.reportingwindow": ("v",  "vacd", "v",    "v", "v"),
    "investment.funding":       ("v",    "vacd", "vacd", "v", "v"),
    "investment.correction":    ("v",    "va",   "va",   "v", "v"),
    "investment.reportevidence": ("v",   "vacd", "vacd", "v", "v"),
    "investment.statusreport":  ("v",    "vacd", "vacd", "v", "v"),
    "reports.ruleset":          ("v",    "vac",  "v",    "v", "v"),
    "reports.dailystatus":      ("v",    "v",    "v",    "v", "v"),
    "reports.lightoverride":    ("v",    "vac",  "v",    "v", "v"),
    "reports.lightanswer":      ("v",    "va",   "va",   "v", "v"),
    "reports.monitorrun":       ("v",    "v",    "v",    "v", "v"),
    "sheets.sheetimport":       ("-",    "va",   "va",   "-", "v"),
    "notices.bot":              ("vac",  "-",    "-",    "-", "v"),
    "notices.delivery":         ("v",    "-",    "-",    "-", "v"),
    "jobs.job":                 ("v",    "-",    "-",    "-", "v"),
    "access.user":              ("vac",  "-",    "-",    "-", "v"),
    "access.apikey":            ("vac",  "-",    "-",    "-", "v"),
    "access.displaytoken":      ("vac",  "-",    "-",    "-", "v"),
    "auth.group":               ("v",    "-",    "-",    "-", "v"),
    "audit.auditentry":         ("-",    "-",    "-",    "-", "v"),
    "audit.auditarchive":       ("-",    "-",    "-",    "-", "v"),
}  # fmt: skip

OWN = {
    "projects.oversee_portfolio": {REVIEWER},
    "projects.approve_baseline": {REVIEWER},
    "projects.oversee_matter": {REVIEWER},
    "investment.approve_statusreport": {REVIEWER},
    "reports.approve_bulletin": {REVIEWER},
    "sheets.oversee_sheetimport": {REVIEWER, AUDITOR},
    "jobs.operate_job": {SYSTEM_ADMIN},
    "notices.resend_delivery": {SYSTEM_ADMIN},
}


@pytest.mark.parametrize("role", ROLES)
def test_role_may_do_what_the_table_says_and_nothing_else(role: str) -> None:
    user = factories.user(role)
    column = (SYSTEM_ADMIN, REVIEWER, REPORTER, READER, AUDITOR).index(role)
    expected = {permission for permission, roles in OWN.items() if role in roles}
    for model, letters in MATRIX.items():
        app, name = model.split(".")
        expected |= {f"{app}.{ACTIONS[each]}_{name}" for each in letters[column] if each != "-"}
    assert user.get_all_permissions() == expected


PAGES = {
    "/admin/projects/project/": ROLES,
    "/admin/projects/agency/": ROLES,
    "/admin/projects/official/": ROLES,
    "/admin/projects/programme/": ROLES,
    "/admin/projects/target/": ROLES,
    "/admin/investment/statusreport/": ROLES,
    "/admin/reports/ruleset/": ROLES,
    "/admin/reports/dailystatus/": ROLES,
    "/admin/sheets/sheetimport/": (REVIEWER, REPORTER, AUDITOR),
    "/admin/sheets/sheetimport/template/register/": (REVIEWER, REPORTER),
    "/admin/sheets/sheetimport/export/milestones/": (REVIEWER, REPORTER),
    "/status/": (SYSTEM_ADMIN, AUDITOR),
    "/admin/jobs/job/": (SYSTEM_ADMIN, AUDITOR),
    "/admin/notices/delivery/": (SYSTEM_ADMIN, AUDITOR),
    "/admin/notices/bot/": (SYSTEM_ADMIN, AUDITOR),
    "/admin/notices/bot/add/": (SYSTEM_ADMIN,),
    "/admin/django_tasks_database/dbtaskresult/": (),
    "/admin/access/user/": (SYSTEM_ADMIN, AUDITOR),
    "/admin/access/apikey/": (SYSTEM_ADMIN, AUDITOR),
    "/admin/access/displaytoken/": (SYSTEM_ADMIN, AUDITOR),
    "/admin/auth/group/": (SYSTEM_ADMIN, AUDITOR),
    "/admin/projects/project/add/": (REVIEWER,),
    "/admin/projects/agency/add/": (SYSTEM_ADMIN, REVIEWER),
    "/admin/projects/official/add/": (SYSTEM_ADMIN, REVIEWER),
    "/admin/projects/programme/add/": (REVIEWER,),
    "/admin/projects/target/add/": (REVIEWER,),
    "/admin/investment/statusreport/add/": (REVIEWER, REPORTER),
    "/admin/reports/ruleset/add/": (REVIEWER,),
    "/admin/reports/dailystatus/add/": (),
    "/admin/access/user/add/": (SYSTEM_ADMIN,),
    "/admin/access/apikey/add/": (SYSTEM_ADMIN,),
    "/admin/access/displaytoken/add/": (SYSTEM_ADMIN,),
    "/admin/auth/group/add/": (),
}


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_for_the_roles_that_they_are_for(client: Client, role: str) -> None:
    client.force_login(factories.user(role))
    opened = {page for page in PAGES if client.get(page).status_code == 200}
    assert opened == {page for page, roles in PAGES.items() if role in roles}


def test_nobody_comes_in_without_logging_in(client: Client) -> None:
    for page in ("/admin/", *PAGES):
        assert client.get(page).status_code == 302, page


def test_account_outside_the_office_does_not_enter_the_admin(client: Client) -> None:
    client.force_login(factories.user(READER, is_staff=False))
    assert client.get("/admin/", follow=True).status_code == 403
    assert client.get("/admin/projects/project/", follow=True).status_code == 403


@pytest.mark.parametrize(
    "app", ["projects", "investment", "reports", "jobs", "notices", "access", "auth"]
)
def test_every_apps_own_page_opens(client: Client, app: str) -> None:
    client.force_login(factories.user(SYSTEM_ADMIN))
    assert client.get(f"/admin/{app}/").status_code == 200
