"""No page links to what its reader may not open."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from investment.choices import CorrectionState
from investment.models import Correction, StatusReport
from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.reports.models import LightOverride
from projects.choices import ReplanReason
from projects.models import Baseline
from tests import factories
from tests.only import on_sqlite

pytestmark = [pytest.mark.django_db, on_sqlite]

STARTS = (
    "/",
    "/overview/",
    "/wall-chart/",
    "/map/",
    "/screen/",
    "/programmes/",
    "/daily/",
    "/reporting/",
    "/data-quality/",
    "/matters/figures/",
    "/rules/",
    "/matters/rules/",
    "/orders/",
    "/documents/templates/",
    "/permits/",
    "/search/?q=示例",
)
MOST, EACH = 3, 1
"""So many addresses are asked of one view, and of one view with one set of parameters."""

LINK = re.compile(r'<a [^>]*href="([^"#]+)')
LEFT_OUT = ("/static/", "/admin/jsi18n/", "/export/", "/media/")


@pytest.fixture
def records() -> None:
    """A project with everything that names who did it."""
    reviewer, agency = factories.user(REVIEWER), factories.agency()
    login = factories.user(REPORTER)
    factories.official(user=login, agency=agency)
    project = factories.project(lead_agency=agency, planned_completion=date(2024, 10, 20))
    factories.assignment(project=project, official=factories.official(user=factories.user()))
    factories.programme(project)
    factories.milestone(project=project, agency=agency, planned_finish=date(2024, 9, 1))
    factories.annual_plan(project=project)
    factories.status_report(project=project, month=date(2024, 8, 1))
    report = factories.status_report(
        project=project,
        completed=Decimal(10),
        state="approved",
        submitted_by=login,
        submitted_at=timezone.now(),
        approved_by=reviewer,
        approved_at=timezone.now(),
    )
    Correction.objects.create(
        report=report,
        number=1,
        before_completed=Decimal(10),
        completed=Decimal(20),
        reason="重复统计",
        state=CorrectionState.PROPOSED,
        author=login,
        authored_at=timezone.now(),
    )
    Baseline.objects.create(
        project=project,
        number=1,
        reason=ReplanReason.INITIAL,
        note="首",
        author=login,
        approver=reviewer,
        approved_at=timezone.now(),
    )
    LightOverride.objects.create(
        project=project,
        light="blue",
        reason="会议议定",
        author=reviewer,
        since=date(2024, 10, 10),
        until=date(2024, 10, 31),
    )


def clerk() -> User:
    """Of the project's agency."""
    user = factories.user(REPORTER)
    own = StatusReport.objects.values_list("project__lead_agency", flat=True)[0]
    factories.official(user=user, agency_id=own)
    return user


def closed(client: Client, *starts: str) -> dict[str, tuple[int, str]]:
    """The links that lead nowhere, each with its status and the page that it stands on."""
    waiting = deque((start, "") for start in starts)
    seen, asked, found = set(starts), Counter[object](), {}
    while waiting:
        address, page = waiting.popleft()
        parts = urlsplit(address)
        match = resolve(parts.path)
        kind = (match.view_name, frozenset(name for name, _ in parse_qsl(parts.query)))
        if asked[kind] >= EACH or asked[match.view_name] >= MOST:
            continue
        asked.update((kind, match.view_name))
        response = client.get(address)
        if response.status_code >= 400:
            found[address] = (response.status_code, page)
        elif response.get("Content-Type", "").startswith("text/html"):
            fresh = [link for link in _links(address, response.text) if link not in seen]
            seen.update(fresh)
            waiting.extend((link, address) for link in fresh)
    return found


def _links(page: str, text: str) -> Iterator[str]:
    for target in dict.fromkeys(LINK.findall(text)):
        full = urlsplit(urljoin(f"http://testserver{page}", target.replace("&amp;", "&")))
        if full.netloc == "testserver" and not full.path.startswith(LEFT_OUT):
            yield full.path + (f"?{full.query}" if full.query else "")


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("role", [REPORTER, READER, AUDITOR, REVIEWER, SYSTEM_ADMIN])
def test_every_link_of_every_page_can_be_followed(client: Client, role: str) -> None:
    user = clerk() if role == REPORTER else factories.user(role, is_staff=role != READER)
    client.force_login(user)
    starts = (*STARTS, *(("/admin/",) if user.is_staff else ()))
    assert closed(client, *starts) == {}


PAGES = {
    "correction": "investment/correction",
    "baseline": "projects/baseline",
    "official": "projects/official",
}


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("page", PAGES)
def test_who_did_it_is_named_and_linked_only_for_who_may_open_the_account(
    client: Client, page: str
) -> None:
    listed = f"/admin/{PAGES[page]}/"
    for user, linked in ((clerk(), False), (factories.user(AUDITOR), True)):
        client.force_login(user)
        (key, *_) = re.findall(rf'href="{listed}(\d+)/change/', client.get(listed).text)
        text = client.get(f"{listed}{key}/change/").text
        assert bool(re.search(r'href="/admin/access/user/\d+/change/"', text)) is linked
        assert "用户" in text


def test_an_account_without_a_role_is_offered_nothing_that_is_closed_to_it(client: Client) -> None:
    client.force_login(factories.user())
    refused = client.get("/")
    assert refused.status_code == 403
    assert closed(client, *_links("/", refused.text)) == {}
    assert closed(client, "/admin/") == {}


def test_an_account_that_only_views_lists_is_offered_no_project(client: Client) -> None:
    factories.official(agency=factories.agency())
    user = factories.user()
    user.user_permissions.add(Permission.objects.get(codename="view_official"))
    client.force_login(user)
    assert closed(client, "/admin/") == {}
