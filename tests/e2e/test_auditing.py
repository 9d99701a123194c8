"""The auditor narrows the log, opens an entry, sums it up and takes it away; a person sees his own logins."""

from playwright.sync_api import Page, expect

from kuancheng.access.roles import AUDITOR, REPORTER, REVIEWER
from kuancheng.audit.choices import Act
from kuancheng.audit.models import AuditEntry
from projects.services.stops.steps import strike_stop
from tests import factories
from tests.e2e.browser import sign_in

PASSWORD = "Kuancheng-2024"


def test_auditor_finds_who_did_what_and_takes_it_away(page: Page) -> None:
    project, office = factories.project(name="示例审计园"), factories.user(REVIEWER)
    stop = factories.stop(project=project)
    strike_stop(stop=stop, reason="登记错了", seen=factories.seen(stop), actor=office)
    sign_in(page, factories.user(AUDITOR))
    page.goto(f"/projects/{project.code}/")
    page.get_by_role("link", name="审计中与此项目有关的记录").click()
    expect(page.get_by_role("heading", name="审计记录")).to_be_visible()
    row = page.locator(".audit tbody tr").filter(has_text="撤销停工")
    row.locator("summary").click()
    expect(row.get_by_text("登记错了")).to_be_visible()
    expect(row.get_by_text("待封存")).to_be_visible()
    page.get_by_text("合计：按操作、按日").click()
    expect(page.get_by_role("table", name="按操作")).to_be_visible()
    page.get_by_role("link", name="清除").click()
    page.locator("select[name=outcome]").select_option("failed")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
    page.get_by_role("link", name="清除条件").click()
    page.locator("select[name=group]").select_option("decision")
    page.locator("select[name=account]").select_option(label=str(office))
    page.locator(".audit-filters input[name=search]").fill("撤销停工")
    page.get_by_role("button", name="查看", exact=True).click()
    for words, ending in (("导出 Excel", ".xlsx"), ("导出 NDJSON", ".ndjson")):
        with page.expect_download() as download:
            page.get_by_role("link", name=words).click()
        assert download.value.suggested_filename.endswith(ending)
    taken = AuditEntry.objects.filter(act=Act.EXPORTED)
    assert [each.detail["rows"] for each in taken] == [1, 1]
    assert f"account={office.pk}" in taken[0].detail["query"]


def test_person_sees_his_own_logins_and_the_attempts_on_his_name(page: Page) -> None:
    person = factories.user(REPORTER, username="zhangsan")
    person.set_password(PASSWORD)
    person.save()
    for password in ("Wrong-2024", PASSWORD):
        page.goto("/login/")
        page.get_by_label("登录名").fill("zhangsan")
        page.get_by_label("口令").fill(password)
        page.get_by_role("button", name="登录").click()
    page.goto("/password/")
    expect(page.get_by_role("heading", name="最近登录")).to_be_visible()
    expect(page.locator(".logins li")).to_have_count(2)
    expect(page.locator(".logins li").last).to_contain_text("登录失败")
    page.locator("#id_old_password").fill(PASSWORD)
    page.locator("#id_new_password1").fill("Another-2025")
    page.locator("#id_new_password2").fill("Another-2025")
    page.get_by_role("button", name="保存新口令").click()
    expect(page).not_to_have_url("/password/")
    assert AuditEntry.objects.filter(act=Act.PASSWORD_CHANGED, actor=person).exists()
