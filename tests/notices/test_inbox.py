"""A person's notices: his own, read by opening them or at the press of a button."""

import re
from datetime import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REVIEWER, ROLES, SYSTEM_ADMIN
from kuancheng.notices.models import Notice, Preference, QuietHours
from tests import factories
from tests.notices.telling import LETTER, PLAIN, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client, person: User) -> User:
    client.force_login(person)
    return person


def test_nobody_reads_without_logging_in(client: Client) -> None:
    for page in ("/notices/", "/notices/settings/", "/notices/1/"):
        assert client.get(page).url == f"/login/?next={page}"  # type: ignore[attr-defined]
    assert client.post("/notices/read/").status_code == 302


@pytest.mark.parametrize("role", [*ROLES, None])
def test_everybody_with_an_account_has_an_inbox(client: Client, role: str | None) -> None:
    client.force_login(factories.user(*([role] if role else [])))
    assert "还没有通知" in client.get("/notices/").text
    assert client.get("/notices/settings/").status_code == 200


def test_own_notices_are_listed_newest_first_and_nobody_elses(client: Client, reader: User) -> None:
    tell(reader, key="1", title="早先的")
    tell(reader, key="2", title="后来的", text="第一行\n第二行 <b>")
    tell(factories.user(), key="3", title="别人的")
    text = client.get("/notices/").text
    assert text.index("后来的") < text.index("早先的")
    assert "第一行<br>第二行 &lt;b&gt;" in text
    assert "别人的" not in text
    assert "2 条未读" in text


def test_link_opens_and_marks_read(client: Client, reader: User) -> None:
    tell(reader)
    notice = Notice.objects.get()
    assert f'href="/notices/{notice.pk}/"' in client.get("/notices/").text
    assert client.get(f"/notices/{notice.pk}/").url == "/projects/T-1/"  # type: ignore[attr-defined]
    notice.refresh_from_db()
    first = notice.read_at
    assert first is not None
    client.get(f"/notices/{notice.pk}/")
    notice.refresh_from_db()
    assert notice.read_at == first


def test_notice_without_a_link_leads_back_to_the_list(client: Client, reader: User) -> None:
    tell(reader, link="")
    assert client.get(f"/notices/{Notice.objects.get().pk}/").url == "/notices/"  # type: ignore[attr-defined]


def test_nobody_opens_or_reads_anothers(client: Client, reader: User) -> None:
    tell(factories.user())
    notice = Notice.objects.get()
    assert client.get(f"/notices/{notice.pk}/").status_code == 404
    client.post("/notices/read/", {"notice": notice.pk})
    client.post("/notices/read/", {"upto": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_is_read_up_to_what_was_shown(client: Client, reader: User) -> None:
    tell(reader, key="1")
    upto = client.get("/notices/").context["newest"]
    tell(reader, key="2", title="打开以后才来的")
    answer = client.post("/notices/read/", {"upto": upto, "back": "/notices/?state=unread"})
    assert answer.url == "/notices/?state=unread"  # type: ignore[attr-defined]
    left = Notice.objects.unread()
    assert [each.title for each in left] == ["打开以后才来的"]
    assert "1 条通知已标为已读" in client.get("/notices/").text
    client.post("/notices/read/", {"upto": upto})
    assert "没有未读的通知" in client.get("/notices/").text


@pytest.mark.parametrize("back", ["https://elsewhere.example.com/", "//elsewhere", "/admin/", ""])
def test_nobody_is_led_elsewhere(client: Client, reader: User, back: str) -> None:
    answer = client.post("/notices/read/", {"upto": "1", "back": back})
    assert answer.url == "/notices/"  # type: ignore[attr-defined]


@pytest.mark.parametrize("sent", [{}, {"upto": "x"}, {"notice": "9" * 30}, {"notice": "-1"}])
def test_half_a_form_marks_nothing(client: Client, reader: User, sent: dict[str, str]) -> None:
    tell(reader)
    assert client.post("/notices/read/", sent).status_code == 400
    assert Notice.objects.unread().count() == 1


def test_list_is_narrowed_and_turned(client: Client, reader: User) -> None:
    for number in range(31):
        tell(reader, key=str(number), title=f"普通{number:02}")
    tell(reader, kind=LETTER, title="一封信")
    Notice.objects.filter(title="普通00").update(read_at="2024-10-15T00:00Z")
    assert "普通00" not in client.get("/notices/?state=unread&page=2").text
    assert "普通00" in client.get("/notices/?page=2").text
    letters = client.get("/notices/?kind=letter").text
    assert "一封信" in letters
    assert "普通" not in re.sub("普通通知", "", letters)
    assert "没有符合条件的通知" in client.get("/notices/?kind=light_red").text


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("?kind=nonsense", 400, "kind：“nonsense”不可用"),
        ("?state=old", 400, "state：“old”不可用，可用：unread、all"),
        ("?stat=unread", 400, "是否要用 state？"),
        ("?as_of=2024-10-01", 400, "通知只有现在的"),
        ("?page=0", 400, "page"),
        ("?page=2", 404, "没有第 2 页"),
    ],
)
def test_bad_addresses_are_told(
    client: Client, reader: User, query: str, status: int, said: str
) -> None:
    answer = client.get(f"/notices/{query}")
    assert answer.status_code == status
    assert said in answer.text


@pytest.mark.parametrize("count", [1, 30])
def test_list_costs_the_same_for_one_and_for_thirty(
    client: Client, reader: User, count: int
) -> None:
    for number in range(count):
        tell(reader, key=str(number))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get("/notices/")
    own = [each["sql"] for each in asked.captured_queries if "notices_notice" in each["sql"]]
    assert len(own) == 4, own  # rows, their number, the newest, and the mark in the head


def test_head_of_every_page_counts_what_is_unread_once(client: Client) -> None:
    person = factories.user(SYSTEM_ADMIN)
    client.force_login(person)
    assert "条未读" not in client.get("/admin/").text
    for number in range(101):
        tell(person, key=str(number))
    for page in ("/", "/admin/", "/overview/", "/admin/access/user/", "/nowhere/"):
        with CaptureQueriesContext(connection) as asked:
            text = client.get(page).text
        assert '99+<span class="unseen"> 条未读</span>' in text, page
        assert sum("notices_notice" in each["sql"] for each in asked.captured_queries) == 1


def test_settings_are_saved_and_shown_again(client: Client, reader: User) -> None:
    page = client.get("/notices/settings/")
    assert "jia@example.gov.cn" in page.text
    choices = {field.name: field.initial for field in page.context["form"].choices}
    sent = choices | {"plain": "daily", "quiet_since": "22:00", "quiet_until": "07:30"}
    answer = client.post("/notices/settings/", sent, follow=True)
    assert "通知设置已保存" in answer.text
    assert Preference.objects.get(person=reader, kind="plain").mode == "daily"
    hours = QuietHours.objects.get(person=reader)
    assert (hours.since, hours.until) == (time(22), time(7, 30))
    assert 'value="22:00"' in answer.text
    client.post("/notices/settings/", sent | {"quiet_since": "", "quiet_until": ""})
    assert not QuietHours.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"quiet_since": "22:00"}, "要么都填，要么都不填"),
        ({"quiet_since": "22:00", "quiet_until": "22:00"}, "起止时间不能相同"),
        ({"quiet_since": "abends"}, "请填写时间，例如 22:00。"),
        ({"plain": "pigeon"}, "没有这种方式"),
        ({"light_red": ""}, "请选择一种方式"),
    ],
)
def test_wrong_settings_are_told_and_nothing_is_lost(
    client: Client, reader: User, wrong: dict[str, str], said: str
) -> None:
    form = client.get("/notices/settings/").context["form"]
    choices = {field.name: field.initial for field in form.choices}
    answer = client.post("/notices/settings/", choices | {"letter": "inbox"} | wrong)
    assert answer.status_code == 400
    assert said in answer.text
    assert '<option value="inbox" selected>' in answer.text
    assert not Preference.objects.exists()


def test_only_what_one_may_be_told_of_is_asked(client: Client, reader: User) -> None:
    names = [field.name for field in client.get("/notices/settings/").context["form"].choices]
    assert PLAIN.code in names
    assert "light_red" in names
    assert "report_waiting" not in names
    assert "bot_test" not in names


def test_kinds_stand_under_headings(client: Client) -> None:
    client.force_login(factories.user(REVIEWER))
    groups = client.get("/notices/settings/").context["form"].groups
    names = {name: [field.name for field in fields] for name, fields in groups.items()}
    headings = {
        "项目计划",
        "事项",
        "周调度",
        "月度填报",
        "项目亮灯",
        "赛马",
        "月通报",
        "变更申请",
        "其他",
    }
    assert names.keys() == headings
    assert names["其他"] == ["plain", "letter"]
    assert '<optgroup label="月度填报">' in client.get("/notices/").text


def test_whoever_has_no_address_is_told_so(client: Client) -> None:
    client.force_login(factories.user(READER))
    assert "没有填写邮箱" in client.get("/notices/settings/").text


def test_mark_is_not_shown_before_the_login(client: Client, settings: Any) -> None:
    assert "notices-mark" not in client.get("/login/").text
