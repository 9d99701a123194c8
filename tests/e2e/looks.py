"""How one comes to see each page template, on the demo's data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest.mock import patch

import psycopg
from django.db import OperationalError
from django.utils import timezone
from playwright.sync_api import Page, expect

from investment.models import AnnualPlan, Correction, StatusReport
from investment.services.year_turn.turning import NewList, Roll, turn_year
from investment.services.year_turn.undoing import undo_turn
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.documents.office.sample import starter
from kuancheng.documents.services import add_template
from kuancheng.documents.word.writing import word_file
from kuancheng.notices.services import notify
from kuancheng.proposals.models import Proposal
from kuancheng.reports.models import LeagueGroup, LeagueObjection, LightOverride, SavedView
from kuancheng.reports.monitoring.telling import LIGHT_RED
from kuancheng.reports.services import save_view
from projects.models import (
    Agency,
    AgendaItem,
    CalendarDay,
    Handover,
    Listing,
    Matter,
    Milestone,
    Official,
    Order,
    PermitExtension,
    Programme,
    Project,
    Stop,
    WeeklyReview,
)
from projects.services.many import Edit
from projects.services.proposing.projects import put_projects
from tests import factories
from tests.jobs import declared
from tests.sheets.books import edited, exported, taken

Way = Callable[[Page], None]

NOBODY, READER, OFFICE, SYSTEM, AUDIT = "", "lingdao", "fuhe", "xitong", "shenji"
NOBODY, READER, OFFICE, SYSTEM = "", "lingdao", "fuhe", "xitong"
SECOND_OFFICE = "fuhe2"
"""Accounts of the demo."""


@dataclass(frozen=True)
class Look:
    """A template, an account that sees it, and how."""

    template: str
    account: str
    way: Way

    def __str__(self) -> str:
        return self.template


def at(address: str) -> Way:
    """Straight to an address."""

    def way(page: Page) -> None:
        page.goto(address)

    return way


def of(model: Any, tail: str = "change/", **wanted: Any) -> Way:
    """To a page in the admin of the first record that matches."""

    def way(page: Page) -> None:
        record = model.objects.filter(**wanted).order_by("pk")[0]
        meta = model._meta
        page.goto(f"/admin/{meta.app_label}/{meta.model_name}/{record.pk}/{tail}")

    return way


def _matter(tail: str) -> Way:
    """To a matter that has been sent back twice, or to a screen of its steps."""

    def way(page: Page) -> None:
        matter = Matter.objects.filter(round=3, state="working").order_by("pk")[0]
        page.goto(f"/matters/{matter.pk}/{tail}")

    return way


def _order(page: Page) -> None:
    order = Order.objects.filter(colour="red", acknowledged_at=None).order_by("pk")[0]
    page.goto(f"/orders/{order.pk}/")


def _order_by_hand(page: Page) -> None:
    page.goto(f"/matters/{Order.objects.filter(colour='red').order_by('-pk')[0].matter_id}/order/")


def _review(tail: str = "") -> Way:
    """To the review that is being prepared, or a screen of it."""

    def way(page: Page) -> None:
        page.goto(f"{WeeklyReview.objects.get(state='preparing').get_absolute_url()}{tail}")

    return way


def _decision(page: Page) -> None:
    item = AgendaItem.objects.filter(review__state="preparing", project__isnull=False)[0]
    page.goto(f"/reviews/items/{item.pk}/decide/")


def _matter_rules_tried(page: Page) -> None:
    page.goto("/matters/rules/new/")
    page.get_by_role("textbox", name="说明").fill("试算")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text("试算结果")).to_be_visible()


def _league_group(page: Page) -> None:
    page.goto(f"/league/groups/{LeagueGroup.objects.earliest('pk').pk}/")


def _league_rules_tried(page: Page) -> None:
    page.goto(f"/league/groups/{LeagueGroup.objects.earliest('pk').pk}/rules/new/")
    page.get_by_label("说明").fill("试算")
    for summary in page.locator(".league-form summary").all():
        if summary.evaluate("each => !each.parentElement.open"):
            summary.click()
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text("试算结果")).to_be_visible()


def _matters_to_be_reminded(page: Page) -> None:
    page.goto("/matters/")
    page.get_by_label("全选本页").check()
    page.get_by_role("button", name="批量催办").click()
    expect(page.get_by_role("button", name="确认催办")).to_be_visible()


def _handover_preview(page: Page) -> None:
    page.goto(f"/officials/{Official.objects.get(name='示例领导11').pk}/handover/")
    page.get_by_label("接任人").fill("示例领导04")
    page.get_by_label("原因").fill("分工调整")
    page.get_by_role("button", name="预览全部").click()
    expect(page.get_by_role("button", name="确认交接")).to_be_visible()


def _log(page: Page) -> None:
    page.goto("/audit/")
    page.get_by_text("合计：按操作、按日").click()
    page.locator(".audit summary").first.click()


def _person(tail: str = "") -> Way:
    """To an official who handed some of his duties over."""

    def way(page: Page) -> None:
        page.goto(f"/officials/{Official.objects.get(name='示例领导09').pk}/{tail}")

    return way


def _agency(page: Page) -> None:
    page.goto(f"/agencies/{Agency.objects.get(name='示例区住房和城乡建设局').pk}/")


def _stay(tail: str) -> Way:
    """To a step on a stay of the demo's list."""

    def way(page: Page) -> None:
        stay = Listing.objects.get(project__code="KC-0005")
        page.goto(f"/programmes/kc-2024/stays/{stay.pk}/{tail}/")

    return way


def _entrant(page: Page) -> None:
    """To who has entries in the month, and objected to the month before."""
    agency = Agency.objects.get(name="示例区住房和城乡建设局")
    page.goto(f"/league/entrants/{agency.pk}/?month=2024-08")


def _objection(page: Page) -> None:
    page.goto(f"/league/objections/{LeagueObjection.objects.get(state='open').pk}/")


def _draft_bulletin(page: Page) -> None:
    """To September's, drafted just now, with a number typed by hand."""
    page.goto("/bulletins/")
    page.get_by_label("月份").fill("2024-09")
    page.get_by_role("button", name="起草", exact=True).click()
    expect(page.get_by_text("已起草，请逐段核对")).to_be_visible()
    paragraph = page.locator(".paragraph").first
    paragraph.get_by_role("textbox").press("End")
    page.keyboard.type("附3个附件。")
    paragraph.get_by_role("button", name="保存本段").click()
    expect(page.get_by_role("button", name="确认数字")).to_be_visible()


def _bulletin_preview(page: Page) -> None:
    _draft_bulletin(page)
    page.get_by_role("link", name="预览公文").click()
    expect(page.get_by_text("草稿，还没有发布")).to_be_visible()


def _stop(tail: str) -> Way:
    """To a screen of the stop that goes on."""

    def way(page: Page) -> None:
        page.goto(f"/stops/{Stop.objects.get(resumed_on=None).pk}/{tail}")

    return way


def _leaving_preview(page: Page) -> None:
    _stay("leave")(page)
    page.get_by_label("调出原因").select_option("adjusted")
    page.get_by_label("调出文号").fill("宽重点办〔2024〕18号")
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_role("button", name="提出申请：调出")).to_be_visible()


def _year_turn(page: Page) -> None:
    """To the record of a turn that was prepared in December and undone."""
    december = datetime(2024, 12, 2, 12, tzinfo=timezone.get_default_timezone())
    source = Programme.objects.get(code="kc-2024")
    with clock.at(december):
        made = turn_year(
            year=2025,
            source=source,
            new_list=NewList("kc-2025", "2025年5000万元以上重点项目"),
            rolls=[
                Roll(each.pk, each.version, "continuing")
                for each in source.projects.filter(stage="construction")[:3]
            ],
            actor=factories.system(),
        )
        undo_turn(turn=made, reason="名单有误", seen=1, actor=factories.system())
    page.goto(f"/year-turns/{made.pk}/")


def _handover(page: Page) -> None:
    page.goto(f"/handovers/{Handover.objects.get().pk}/")


def _project_with_a_photo(page: Page) -> None:
    page.goto("/projects/KC-0005/")
    page.locator(".photo-strip a").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")


def _template_preview(page: Page) -> None:
    of(Project, "template/")(page)
    page.get_by_label("流程模板").select_option(index=1)
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_role("button", name="保存到项目")).to_be_visible()


def _day_to_be_confirmed(page: Page) -> None:
    page.goto("/admin/projects/calendarday/add/")
    page.get_by_label("日期").fill("2024-10-16")
    page.get_by_label("说明").fill("停电检修")
    page.get_by_label("变更理由").fill("供电公司停电通知")
    page.locator("[name=_save]").click()
    expect(page.get_by_role("button", name="确认提出")).to_be_visible()


def _day_to_be_deleted(page: Page) -> None:
    CalendarDay.objects.create(date="2024-10-16", works=False, name="停电检修")
    of(CalendarDay, "delete/")(page)


def _key_just_issued(page: Page) -> None:
    page.goto("/admin/access/apikey/add/")
    page.locator("#id_name").fill("取数")
    # The list of accounts is fetched as one types.
    choose = "(list, account) => list.add(new Option(account, account, true, true))"
    account = User.objects.get(username=OFFICE)
    page.locator("#id_user").evaluate(choose, str(account.pk))
    page.locator("[name=_save]").click()
    expect(page.get_by_text("只在本页显示这一次")).to_be_visible()


def _display_just_issued(page: Page) -> None:
    page.goto("/admin/access/displaytoken/add/")
    page.locator("#id_name").fill("值班室大屏")
    page.locator("[name=_save]").click()
    expect(page.get_by_text("只在本页显示这一次")).to_be_visible()


def _sheet_to_be_imported(page: Page) -> None:
    office = User.objects.get(username=OFFICE)
    book = edited(exported("register", office), "重点项目", {"B2": "示例改名"})
    record = taken("register", office, book)
    page.goto(f"/admin/sheets/sheetimport/{record.pk}/change/")


def _proposal(page: Page) -> None:
    found = Proposal.objects.pending().exclude(author__username=OFFICE)
    made = found.filter(kind="projects.calendar").first() or Proposal.objects.pending()[0]
    page.goto(made.get_absolute_url())


def _batch(page: Page) -> None:
    """To the page on which what one import asked is decided."""
    edits = [_dearer(code) for code in ("KC-0005", "KC-0006", "KC-0007")]
    author = User.objects.get(username=SECOND_OFFICE)
    put_projects(edits=edits, actor=author, reason="导入 十月登记.xlsx", batch="import-7")
    page.goto("/proposals/batches/import-7/")


def _dearer(code: str) -> Edit:
    """Another total for a project of the demo."""
    old, wanted = (Project.objects.get(code=code) for _ in range(2))
    wanted.total_investment = (old.total_investment or 0) + 1_000
    return Edit(wanted, old)


def _rules_tried(page: Page) -> None:
    page.goto("/admin/reports/ruleset/add/")
    page.get_by_role("textbox", name="说明").fill("试算")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text("试算结果")).to_be_visible()


def _job_that_waits(page: Page) -> None:
    declared.write_line.enqueue("/", "甲")
    page.goto("/admin/jobs/job/")


def _inbox(page: Page) -> None:
    told = (User.objects.get(username=OFFICE),)
    notify(to=told, kind=LIGHT_RED, title="项目转为红灯：示例", text="节点超期", key="look")
    page.goto("/notices/")


def _api_docs(page: Page) -> None:
    page.goto("/api/v1/docs/")
    expect(page.locator(".opblock").first).to_be_visible()


def _permit_to_be_extended(page: Page) -> None:
    step = Milestone.objects.get(project__code="KC-0036", name="修缮方案审批")
    page.goto(f"/permits/{step.pk}/extend/")


def _extension_to_be_withdrawn(page: Page) -> None:
    page.goto(f"/permits/extensions/{PermitExtension.objects.earliest('pk').pk}/withdraw/")


def _views(page: Page) -> None:
    reader = User.objects.get(username=READER)
    save_view(view=SavedView(name="红灯", query="light=red"), actor=reader)
    page.goto("/views/")


def _template_to_be_withdrawn(page: Page) -> None:
    office = User.objects.get(username=OFFICE)
    content = word_file(starter(clock.today()))
    add_template(kind="order", name="督办单.docx", content=content, actor=office)
    page.goto("/documents/templates/")
    page.get_by_role("link", name="停用").click()


def refused_by(error: Exception) -> Way:
    """To what answers a form that could not be kept."""

    def way(page: Page) -> None:
        page.goto("/notices/settings/")
        with patch("kuancheng.notices.views.save_preferences", side_effect=error):
            page.get_by_role("button", name="保存设置").click()
            expect(page.get_by_role("button", name="再试一次")).to_be_visible()

    return way


FULL = OperationalError("database or disk is full")
AWAY = psycopg.OperationalError("connection refused")


LOOKS = (
    Look("login.html", NOBODY, at("/login/")),
    Look("password.html", READER, at("/password/")),
    Look("error.html", READER, at("/?nonsense=1")),
    Look("reports/auditing/log.html", AUDIT, _log),
    Look("unavailable.html", READER, refused_by(FULL)),
    Look("unavailable_alone.html", READER, refused_by(AWAY)),
    Look("reports/api_docs.html", READER, _api_docs),
    Look("reports/progress.html", READER, at("/")),
    Look("reports/views.html", READER, _views),
    Look("reports/overview.html", READER, at("/overview/")),
    Look("reports/wall_chart.html", READER, at("/wall-chart/")),
    Look("reports/map.html", READER, at("/map/")),
    Look("reports/screen.html", READER, at("/screen/")),
    Look("reports/screen_closed.html", NOBODY, at("/screen/kd_ended/")),
    Look("reports/daily.html", READER, at("/daily/")),
    Look("reports/reporting.html", READER, at("/reporting/")),
    Look("reports/rounds.html", OFFICE, at("/reporting/rounds/")),
    Look("reports/round.html", OFFICE, at("/reporting/rounds/2024-11/")),
    Look("reports/quality.html", READER, at("/data-quality/")),
    Look("reports/rules.html", READER, at("/rules/")),
    Look("reports/project.html", READER, _project_with_a_photo),
    Look("reports/matters/list.html", OFFICE, at("/matters/")),
    Look("reports/matters/figures.html", READER, at("/matters/figures/")),
    Look("reports/matters/figures_list.html", READER, at("/matters/figures/list/")),
    Look("reports/matters/matter.html", OFFICE, _matter("")),
    Look("reports/matters/step.html", OFFICE, _matter("set_level/")),
    Look("reports/matters/deputies.html", OFFICE, at("/matters/deputies/")),
    Look("reports/matters/raise.html", OFFICE, at("/matters/new/")),
    Look("reports/answer_red.html", OFFICE, at("/projects/KC-0034/answer/")),
    Look("reports/orders/list.html", OFFICE, at("/orders/")),
    Look("reports/orders/order.html", OFFICE, _order),
    Look("reports/orders/issue.html", OFFICE, _order_by_hand),
    Look("reports/ladder/rules.html", OFFICE, at("/matters/rules/")),
    Look("reports/ladder/form.html", OFFICE, _matter_rules_tried),
    Look("reports/league_rules/rules.html", OFFICE, at("/league/rules/")),
    Look("reports/league_rules/group.html", OFFICE, _league_group),
    Look("reports/league_rules/form.html", OFFICE, _league_rules_tried),
    Look("reports/matters/bulk.html", OFFICE, _matters_to_be_reminded),
    Look("reports/matters/ledger.html", OFFICE, at("/matters/ledger/")),
    Look("reports/documents/templates.html", OFFICE, at("/documents/templates/")),
    Look("reports/documents/withdraw.html", OFFICE, _template_to_be_withdrawn),
    Look("reports/documents/sample.html", OFFICE, at("/documents/sample/")),
    Look("reports/permits/list.html", OFFICE, at("/permits/")),
    Look("reports/permits/extend.html", OFFICE, _permit_to_be_extended),
    Look("reports/permits/withdraw.html", OFFICE, _extension_to_be_withdrawn),
    Look("reports/people/officials.html", READER, at("/officials/")),
    Look("reports/people/official.html", OFFICE, _person()),
    Look("reports/people/agencies.html", READER, at("/agencies/")),
    Look("reports/people/agency.html", READER, _agency),
    Look("reports/people/roster.html", READER, at("/projects/KC-0010/roster/")),
    Look("reports/proposals/list.html", OFFICE, at("/proposals/")),
    Look("reports/proposals/page.html", OFFICE, _proposal),
    Look("reports/proposals/batch.html", OFFICE, _batch),
    Look("reports/stops/list.html", READER, at("/stops/?state=all")),
    Look("reports/stops/step.html", OFFICE, _stop("correct/")),
    Look("reports/close_outs/list.html", READER, at("/close-outs/")),
    Look("reports/close_outs/page.html", READER, at("/projects/KC-0043/close-out/")),
    Look("reports/close_outs/write.html", OFFICE, at("/projects/KC-0042/close-out/write/")),
    Look("reports/meeting/page.html", OFFICE, _review("run/")),
    Look("reports/weekly/list.html", READER, at("/reviews/")),
    Look("reports/weekly/review.html", OFFICE, _review()),
    Look("reports/weekly/setting.html", OFFICE, _review("change/")),
    Look("reports/weekly/step.html", OFFICE, _review("items/")),
    Look("reports/weekly/minutes.html", READER, at("/reviews/2024-1/minutes/")),
    Look("reports/weekly/decision.html", OFFICE, _decision),
    Look("reports/weekly/cadence.html", READER, at("/reviews/cadence/")),
    Look("reports/weekly/cadence_form.html", OFFICE, at("/reviews/cadence/new/")),
    Look("reports/people/handover_form.html", OFFICE, _person("handover/")),
    Look("reports/people/handover_preview.html", OFFICE, _handover_preview),
    Look("reports/people/handover.html", OFFICE, _handover),
    Look("reports/programmes/list.html", READER, at("/programmes/")),
    Look("reports/programmes/roster.html", OFFICE, at("/programmes/kc-2024/")),
    Look("reports/programmes/join.html", OFFICE, at("/programmes/kc-2024/join/")),
    Look("reports/programmes/step.html", OFFICE, _leaving_preview),
    Look("reports/year_turn/preview.html", OFFICE, at("/year-turn/2025/")),
    Look("reports/year_turn/record.html", OFFICE, _year_turn),
    Look("reports/project_brief.html", READER, at("/projects/KC-0005/brief/")),
    Look("reports/search.html", READER, at("/search/?q=示例")),
    Look("reports/health.html", SYSTEM, at("/status/")),
    Look("reports/help.html", READER, at("/help/")),
    Look("reports/terms.html", READER, at("/help/terms/")),
    Look("reports/league/league.html", OFFICE, at("/league/?sums=true")),
    Look("reports/league/entrant.html", OFFICE, _entrant),
    Look("reports/league/entries.html", OFFICE, at("/league/entries/")),
    Look("reports/league/objection.html", "fuhe2", _objection),
    Look("reports/bulletins/list.html", OFFICE, at("/bulletins/")),
    Look("reports/bulletins/draft.html", OFFICE, _draft_bulletin),
    Look("reports/bulletins/preview.html", OFFICE, _bulletin_preview),
    Look("reports/bulletins/issued.html", OFFICE, at("/bulletins/2024-08/")),
    Look("reports/first_day.html", SYSTEM, at("/start/")),
    Look("notices/inbox.html", OFFICE, _inbox),
    Look("notices/settings.html", OFFICE, at("/notices/settings/")),
    Look("admin/my_work.html", OFFICE, at("/admin/")),
    Look("admin/change_list.html", OFFICE, at("/admin/projects/agency/?q=没有的")),
    Look("admin/change_form.html", OFFICE, of(Agency)),
    Look("admin/record_history.html", OFFICE, of(Project, "history/")),
    Look("admin/evidence_page.html", OFFICE, of(StatusReport, "evidence/", state="approved")),
    Look("admin/access/apikey/issued.html", SYSTEM, _key_just_issued),
    Look("admin/access/displaytoken/issued.html", SYSTEM, _display_just_issued),
    Look("admin/projects/project/change_list.html", OFFICE, at("/admin/projects/project/")),
    Look("admin/projects/project/change_form.html", OFFICE, of(Project)),
    Look("admin/projects/project/template.html", OFFICE, _template_preview),
    Look("admin/projects/project/replan.html", OFFICE, of(Project, "replan/")),
    Look("admin/projects/calendarday/change_list.html", OFFICE, at("/admin/projects/calendarday/")),
    Look(
        "admin/projects/calendarday/year.html", OFFICE, at("/admin/projects/calendarday/year/2024/")
    ),
    Look("admin/projects/calendar_confirm.html", OFFICE, _day_to_be_confirmed),
    Look("admin/projects/calendar_delete.html", OFFICE, _day_to_be_deleted),
    Look(
        "admin/investment/annualplan/change_list.html", OFFICE, at("/admin/investment/annualplan/")
    ),
    Look("admin/investment/annualplan/change_form.html", OFFICE, of(AnnualPlan, version__gt=1)),
    Look(
        "admin/investment/statusreport/change_list.html",
        OFFICE,
        at("/admin/investment/statusreport/"),
    ),
    Look(
        "admin/investment/statusreport/change_form.html",
        OFFICE,
        of(StatusReport, state="submitted"),
    ),
    Look(
        "admin/investment/statusreport/review.html",
        OFFICE,
        at("/admin/investment/statusreport/review/"),
    ),
    Look(
        "admin/investment/correction/propose.html",
        OFFICE,
        of(StatusReport, "correct/", state="approved"),
    ),
    Look("admin/investment/correction/change_form.html", OFFICE, of(Correction, state="proposed")),
    Look("admin/reports/lightoverride/change_form.html", OFFICE, of(LightOverride)),
    Look("admin/reports/ruleset/change_form.html", OFFICE, _rules_tried),
    Look("admin/jobs/job/change_list.html", SYSTEM, _job_that_waits),
    Look("admin/sheets/sheetimport/change_list.html", OFFICE, at("/admin/sheets/sheetimport/")),
    Look("admin/sheets/sheetimport/preview.html", OFFICE, _sheet_to_be_imported),
)
