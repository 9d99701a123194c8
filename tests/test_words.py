"""All that people see is Chinese, and one thing has one word."""

import getpass
import gettext
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext as translated
from pytest_django import DjangoDbBlocker

from kuancheng.access.models import ApiKey, User
from kuancheng.access.roles import AUDITOR, READER, SYSTEM_ADMIN
from projects.models import Programme, ScheduleTemplate
from tests import databases, factories
from tests.only import on_sqlite

pytestmark = on_sqlite

STARTS = (
    "/",
    "/overview/",
    "/wall-chart/",
    "/daily/",
    "/daily/?as_of=2024-10-01",
    "/reporting/",
    "/data-quality/",
    "/matters/figures/",
    "/rules/",
    "/matters/rules/",
    "/orders/",
    "/documents/templates/",
    "/permits/",
    "/year-turn/2024/",
    "/search/?q=示例",
    "/search/?q=a",
    "/help/",
    "/help/terms/",
    "/start/",
    "/admin/",
    "/password/",
    "/?page=99",
    "/admin/nonsense/",
    "/admin/projects/project/999999/change/",
    "/admin/projects/project/?p=99",
    "/admin/projects/project/?q=没有的",
    "/nonsense/",
)
MOST, EACH = 3, 1
"""So many addresses are asked of one view, and of one view with one set of parameters."""

SILENT = {"script", "style", "code", "kbd"}
SAID = ("alt", "title", "aria-label", "placeholder", "label")
LATIN = re.compile(r"[A-Za-z][A-Za-z']+")
CODES = re.compile(
    r"KC-[0-9]+|KUANCHENG_[A-Z_]+|docs/\w+\.md|manage\.py \w+|[0-9]+-[0-9-]+|kc_\w+…|[\w.-]+@[\w.-]+|https?://\S+"
)
WORDS = {
    "Excel",
    "Word",
    "WPS",
    "xlsx",
    "docx",
    "GB",
    "MB",
    "PDF",
    "JPG",
    "PNG",
    "WebP",
    "GIF",
    "BMP",
    "zlyz",
    "kc",
    "Enter",
    "Esc",
    "Control",
    "Command",
    "IP",
    "NDJSON",
    "Office",
    "PostgreSQL",
    "SQLite",
    "ndjson",
}
"""What has no Chinese name, and the examples that fields give."""

WRONG = ("密码", "用户名", "增加", "动作", "过滤器", "load_reference", "成功修改", "成功添加")
"""What is called otherwise here: 口令, 登录名, 新增, 操作, 筛选."""


@dataclass(frozen=True)
class Said:
    """Something that people read or hear on a page."""

    address: str
    text: str


class Reader(HTMLParser):
    """Collects what a page says, aloud too; what is for machines it leaves out."""

    def __init__(self) -> None:
        super().__init__()
        self.silent = 0
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        given = dict(attrs)
        self.said += [text for name in SAID if (text := given.get(name))]
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self.said.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.said.append(data.strip())


def walk(client: Client, *starts: str) -> Iterator[Said]:
    """All that is said from the starts along every link."""
    waiting, seen = deque(starts), set(starts)
    asked: Counter[Any] = Counter()
    while waiting:
        address = waiting.popleft()
        if address not in starts:
            name = resolve(urlsplit(address).path).view_name
            kind = (name, frozenset(key for key, _ in parse_qsl(urlsplit(address).query)))
            if asked[kind] >= EACH or asked[name] >= MOST or name == "api-docs":
                continue
            asked.update((kind, name))
        response = client.get(address)
        if not response.get("Content-Type", "").startswith("text/html"):
            continue
        reader = Reader()
        reader.feed(response.text)
        yield from (Said(address, text) for text in reader.said)
        fresh = [link for link in links(address, response.text) if link not in seen]
        seen.update(fresh)
        waiting.extend(fresh)


def links(page: str, text: str) -> Iterator[str]:
    for target in dict.fromkeys(re.findall(r'<a [^>]*href="([^"#]+)', text)):
        full = urlsplit(urljoin(f"http://testserver{page}", target.replace("&amp;", "&")))
        sorted_anew = full.path.startswith("/admin/") and full.query
        if full.netloc == "testserver" and not full.path.startswith("/static/") and not sorted_anew:
            yield full.path + (f"?{full.query}" if full.query else "")


def admin_pages() -> Iterator[str]:
    """Every list, empty form, form, history and deletion of the admin."""
    for model in admin.site._registry:
        first = model._default_manager.order_by("pk").first()
        for page in ("changelist", "add"):
            yield from address_of(model, page)
        if first is not None:
            for page in ("change", "history", "delete"):
                yield from address_of(model, page, first.pk)


def address_of(model: type[Model], page: str, *args: object) -> Iterator[str]:
    meta = model._meta
    try:
        yield reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)
    except NoReverseMatch:
        return


@pytest.fixture(scope="module")
def said(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> set[Said]:
    """What the demo says to its administrator, to an auditor, and to an account that may do everything."""
    with django_db_blocker.unblock(), databases.demo():
        everything = factories.user(is_superuser=True, username="superuser")
        ApiKey.objects.update(name="取数")
        found: set[Said] = set()
        for user, starts in (
            (User.objects.get(username="xitong"), STARTS),
            (User.objects.get(username="shenji"), ("/admin/",)),
            (everything, tuple(admin_pages())),
        ):
            client = Client()
            client.force_login(user, "django.contrib.auth.backends.ModelBackend")
            found.update(walk(client, *starts))
        codes = {
            *User.objects.values_list("username", flat=True),
            # Whoever runs a command is named in the audit as the machine knows him.
            getpass.getuser(),
            *Programme.objects.values_list("code", flat=True),
            *ScheduleTemplate.objects.values_list("code", flat=True),
        }
    # The demo is left behind: the other tests have a database of their own.
    return {Said(each.address, without(each.text, codes)) for each in found}


def without(text: str, codes: set[str]) -> str:
    """The text without what is a code of this portfolio."""
    for code in sorted(codes, key=len, reverse=True):
        text = text.replace(code, "")
    return CODES.sub("", text)


@pytest.mark.long
def test_no_page_speaks_english(said: set[Said]) -> None:
    assert len({each.address for each in said}) > 150
    found = {
        f"{each.address}: {word} in “{each.text[:60]}”"
        for each in said
        for word in LATIN.findall(each.text)
        if word not in WORDS
    }
    assert sorted(found) == []


@pytest.mark.long
def test_one_thing_has_one_word(said: set[Said]) -> None:
    found = {
        f"{each.address}: {wrong} in “{each.text[:60]}”"
        for each in said
        for wrong in WRONG
        if wrong in each.text
    }
    assert sorted(found) == []


@pytest.mark.long
def test_a_template_is_called_by_its_name(said: set[Said]) -> None:
    pages = {each.text for each in said if each.address == "/admin/projects/scheduletemplate/"}
    assert any("备案制" in text for text in pages)


LOCALE = settings.BASE_DIR / "kuancheng/locale/zh_Hans/LC_MESSAGES"
ENTRY = re.compile(r'msgid "(.+)"\n(?:msgid_plural ".*"\n)?msgstr(?:\[0\])? "(.*)"')


def test_the_compiled_phrases_are_those_that_are_written() -> None:
    with (LOCALE / "django.mo").open("rb") as stream:
        compiled = gettext.GNUTranslations(stream)
    written = ENTRY.findall((LOCALE / "django.po").read_text("utf-8"))
    assert len(written) > 80
    for phrase, words in written:
        plain = phrase.replace('\\"', '"')
        assert words.replace('\\"', '"') in (
            compiled.gettext(plain),
            compiled.ngettext(plain, "", 1),
        ), f"{phrase}: run msgfmt again"


@pytest.mark.parametrize(
    ("phrase", "words"),
    [("Error:", "有误："), ("Add %s", "新增%s"), ("Old password", "旧口令"), ("groups", "角色")],
)
def test_django_says_it_as_the_district_does(phrase: str, words: str) -> None:
    assert translated(phrase) == words


@pytest.mark.django_db
def test_a_form_with_an_error_says_so_in_its_title(client: Client) -> None:
    client.force_login(factories.user(SYSTEM_ADMIN))
    text = client.post("/admin/projects/agency/add/", {"name": ""}).text
    assert "<title>有误：" in text
    assert "没有保存，请改正下面标出的地方。" in text


@pytest.mark.django_db
def test_an_empty_list_says_what_to_do(client: Client) -> None:
    client.force_login(factories.user(SYSTEM_ADMIN))
    page = "/admin/projects/agency/"
    assert "还没有单位，点右上角“新增单位”登记。" in client.get(page).text
    assert '没有符合条件的单位。<a href="?">清除条件</a>' in client.get(f"{page}?q=没有").text
    client.force_login(factories.user(AUDITOR))
    assert "还没有单位。" in client.get(page).text
    factories.agency()
    assert "还没有单位" not in client.get(page).text
    assert "共 1 条" in client.get(page).text


@pytest.mark.django_db
def test_ticks_and_crosses_are_called_yes_and_no(client: Client) -> None:
    client.force_login(factories.user(AUDITOR))
    shut = factories.user(is_active=False)
    listed = client.get("/admin/access/user/").text
    assert 'alt="是"' in listed
    assert 'alt="否"' in listed
    alone = client.get(f"/admin/access/user/{shut.pk}/change/").text
    assert 'alt="否"' in alone
    assert 'alt="False"' not in listed + alone


@pytest.mark.django_db
def test_a_wrong_address_in_the_admin_leads_back_to_the_work(client: Client) -> None:
    client.force_login(factories.user(SYSTEM_ADMIN))
    response = client.get("/admin/nonsense/")
    assert response.status_code == 404
    assert '<a class="button" href="/admin/">回到我的工作</a>' in response.text


@pytest.mark.django_db
def test_every_page_has_an_icon_and_browsers_find_it_by_themselves(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response["Location"].endswith("kuancheng/icon.svg")
    client.force_login(factories.user(READER))
    for page in ("/", "/admin/", "/api/v1/docs/", "/nonsense/"):
        assert '<link rel="icon"' in client.get(page).text, page


@pytest.mark.django_db
def test_the_interface_is_explained_in_chinese(client: Client) -> None:
    client.force_login(factories.user(READER, is_staff=False))
    text = client.get("/api/v1/docs/").text
    assert "<title>接口文档 · 重点项目调度系统</title>" in text
    for button in ("Authorize", "Try it out", "Execute"):
        assert f'<dt lang="en">{button}' in text


@pytest.mark.django_db
def test_a_command_is_told_only_to_who_can_run_it(client: Client) -> None:
    for role, told in ((READER, False), (SYSTEM_ADMIN, True)):
        client.force_login(factories.user(role))
        assert ("manage.py" in client.get("/daily/?as_of=2024-10-01").text) is told
        assert "load_reference" not in client.get("/").text


def test_the_list_of_allowed_words_holds_no_word_of_a_page() -> None:
    assert not WORDS & {"Error", "Search", "True", "False", "Add", "Delete", "Save", "Home"}
