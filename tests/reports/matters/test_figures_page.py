"""事项统计: the rates as pages, each number open into its matters; and the section of the overview."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.matters.figures import BY, PARTS
from kuancheng.reports.judging.matters.figures_line import figures_of_agency, figures_of_official
from projects.choices import Factor, MatterKind, Role
from projects.models import Agency, Matter, Official, Project
from projects.rules.matters.steps import Step
from tests import factories
from tests.reports.matters.histories import answered, closed, history, issued, signed, step

pytestmark = pytest.mark.django_db

PAGE, LIST = "/matters/figures/", "/matters/figures/list/"


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(factories.user(READER, is_staff=False))
    return client


@pytest.fixture
def matters() -> dict[str, Matter]:
    """One closed late, one closed in March and opened again in May, one paused, one overdue."""
    project = factories.project(name="示例冷链物流园")
    official = factories.official(name="示例包保")
    factories.assignment(project=project, official=official, role=Role.LEAD_OFFICIAL)
    agency = factories.agency(name="示例供电公司")
    ours = {"project": project, "lead_agency": agency}
    made = {
        "late": factories.matter(title="临时用电", factor=Factor.UTILITIES, **ours),
        "again": factories.matter(title="征拆遗留", factor=Factor.RELOCATION),
        "paused": factories.matter(title="环评补正", kind=MatterKind.DECISION, **ours),
        "overdue": factories.matter(title="道路接口"),
    }
    history(issued(), signed(), answered("09-24"), closed("09-25"), matter=made["late"])
    history(
        issued(on="03-01", due="03-29"), signed("03-01"), answered("03-20"), closed("03-22"),
        step(Step.REOPEN, "05-10", due="10-31"), matter=made["again"],
    )  # fmt: skip
    pause = [step(each, "09-12", first="09-12") for each in (Step.ASK_PAUSE, Step.PAUSE)]
    history(issued(), signed(), *pause, matter=made["paused"])
    history(issued(), matter=made["overdue"])
    return made


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()
    return str(answer.content.decode())


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(text_of(answer))))


@pytest.mark.parametrize("role", [SYSTEM_ADMIN, REVIEWER, REPORTER, READER, AUDITOR])
def test_every_role_reads_it(client: Client, role: str) -> None:
    client.force_login(factories.user(role))
    assert client.get(PAGE).status_code == 200
    assert client.get(LIST).status_code == 200


def test_nobody_reads_nothing(client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/login/")
    client.force_login(factories.user())
    assert client.get(PAGE).status_code == 403
    assert client.get(LIST).status_code == 403


def test_empty_page_says_what_comes_here(reader: Client) -> None:
    assert "这段时间没有交办过事项" in text_of(reader.get(PAGE))
    assert "没有这样的事项" in text_of(reader.get(LIST, {"part": "closed"}))
    assert "—" in words(reader.get(PAGE))


def test_sums_explain_themselves(reader: Client, matters: dict[str, Matter]) -> None:
    page = words(reader.get(PAGE))
    assert "办结 1 件 ÷ 承办 4 件（办结 1 件、期末未销号 3 件）" in page
    assert "按期办结 0 件 ÷ 应办结 2 件（办结 1 件、到期未办结 1 件）" in page
    assert "单位用时合计 10 个工作日 ÷ 办结 1 件" in page
    assert "期内销号的 1 件后来重开，不再计为办结" in page


def test_a_month_as_of_and_as_known(reader: Client, matters: dict[str, Matter]) -> None:
    march = {"span": "month", "as_of": "2024-03-31"}
    assert "办结 0 件 ÷ 承办 1 件（办结 0 件、期末未销号 0 件、销号后重开 1 件）" in words(
        reader.get(PAGE, march)
    )
    then = words(reader.get(PAGE, march | {"known_at": "2024-03-31"}))
    assert "办结 1 件 ÷ 承办 1 件（办结 1 件、期末未销号 0 件）" in then
    assert "后来重开，不再" not in then
    assert "2024年3月1日至2024年3月31日" in then


@pytest.mark.parametrize("by", BY)
def test_every_way_to_break_it_down(reader: Client, matters: dict[str, Matter], by: str) -> None:
    page = words(reader.get(PAGE, {"by": by}))
    named = {
        "agency": "示例供电公司",
        "official": "（没有包保领导）",
        "kind": "议定事项",
        "factor": "征拆",
        "month": "2024-03",
    }
    assert named[by] in page


def test_every_number_leads_to_as_many_matters(reader: Client, matters: dict[str, Matter]) -> None:
    seen = 0
    for by in BY:
        page = text_of(reader.get(PAGE, {"by": by}))
        for link, shown in re.findall(r'href="(/matters/figures/list/\?[^"]+)">([^<]+)</a>', page):
            number = re.search(r"\d+", shown)
            assert number, shown
            behind = text_of(reader.get(unescape(link)))
            assert f"：{number[0]} " in behind, (link, shown)
            seen += 1
    assert seen > 40


def test_group_leads_to_its_own_figures(reader: Client, matters: dict[str, Matter]) -> None:
    page = text_of(reader.get(PAGE, {"by": "official"}))
    link = re.search(r'href="([^"]+lead_official=none)"', page)
    assert link
    assert "办结 0 件 ÷ 承办 2 件" in words(reader.get(unescape(link[1])))


def test_list_names_the_matter_and_why(reader: Client, matters: dict[str, Matter]) -> None:
    late = words(reader.get(LIST, {"part": "late"}))
    assert "临时用电" in late
    assert "超期 单位用时 10 个工作日" in late
    assert "2024-05-10 重开" in words(reader.get(LIST, {"part": "reopened"}))
    assert "2024-09-23 起超期" in words(reader.get(LIST, {"part": "overdue"}))
    assert "暂停中" in words(reader.get(LIST, {"part": "paused"}))
    assert "征拆遗留" in words(reader.get(LIST, {"factor": "relocation"}))


@pytest.mark.parametrize(
    "asked",
    [
        "by=nothing", "span=week", "as_of=2024-10-16", "known_at=2024-02-30", "kind=x", "page=0",
        "lead_agency=99999", "lead_official=x", "programme=nichts", "part=closed", "nonsense=1",
    ],
)  # fmt: skip
def test_bad_parameter_is_named(reader: Client, asked: str) -> None:
    answer = reader.get(f"{PAGE}?{asked}")
    assert answer.status_code == 400
    assert f"（{asked.split('=')[0]}）" in answer.text or "没有参数" in answer.text


def test_page_past_the_end(reader: Client, matters: dict[str, Matter]) -> None:
    assert reader.get(PAGE, {"page": 2}).status_code == 404
    assert reader.get(LIST, {"page": 2}).status_code == 404


def test_queries_do_not_grow(reader: Client) -> None:
    def asked(path: str, **more: str) -> int:
        reader.get(path, more)  # the day's rows of new projects are written
        with CaptureQueriesContext(connection) as found:
            assert reader.get(path, more).status_code == 200
        return len(found)

    project = factories.project()

    def more(times: int) -> None:
        for _ in range(times):
            matter = factories.matter(project=project)
            history(issued(), answered("09-12"), closed("09-12"), matter=matter)
            history(issued(), matter=factories.matter(project=project))

    more(1)
    few = [asked(PAGE, by=by) for by in BY], asked(LIST), asked("/overview/")
    more(14)
    assert few == ([asked(PAGE, by=by) for by in BY], asked(LIST), asked("/overview/"))


def test_overview_has_them(reader: Client, matters: dict[str, Matter]) -> None:
    page = text_of(reader.get("/overview/"))
    assert "事项办理" in page
    assert "/matters/figures/?as_of=2024-10-15" in page
    project = Project.objects.get(name="示例冷链物流园")
    programme = factories.programme(project, code="kc-2024")
    narrowed = words(reader.get("/overview/", {"programme": programme.code}))
    assert "承办 2 件（办结 1 件、期末未销号 1 件）" in narrowed
    link = re.search(
        r'href="(/matters/figures/\?[^"]+)"',
        text_of(reader.get("/overview/", {"programme": "kc-2024"})),
    )
    assert link
    assert "承办 2 件" in words(reader.get(unescape(link[1])))


def test_line_of_an_agency_and_of_an_official(matters: dict[str, Matter]) -> None:
    days = Days(date(2024, 10, 15), None)
    ours = Agency.objects.get(name="示例供电公司")
    official = Official.objects.get(name="示例包保")
    agency = figures_of_agency(ours, days)
    assert (agency.counts.closed, agency.counts.open) == (1, 1)
    assert agency.query == f"as_of=2024-10-15&lead_agency={ours.pk}"
    his = figures_of_official(official, days)
    assert his.counts == agency.counts
    shown = render_to_string("reports/matters/figures_line.html", {"line": his})
    assert f"lead_official={official.pk}&amp;part=overdue" in shown
    assert set(re.findall(r"part=(\w+)", shown)) <= set(PARTS)
