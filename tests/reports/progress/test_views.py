"""The page of views and its forms: saved, shared, renamed, overwritten, deleted, started with."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REVIEWER
from kuancheng.reports.choices import Audience
from kuancheng.reports.models import FrontPage, SavedView
from kuancheng.reports.services import save_view, set_default
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> User:
    return factories.user(READER, is_staff=False, full_name="读者")


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER, full_name="办公室")


@pytest.fixture
def pages(client: Client, reader: User) -> Client:
    factories.project()
    client.force_login(reader)
    return client


def kept(owner: User, name: str = "红灯", query: str = "light=red", **more: str) -> SavedView:
    return save_view(view=SavedView(name=name, query=query, **more), actor=owner)


def sent(pages: Client, address: str, **values: Any) -> Any:
    return pages.post(address, values, follow=True)


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_the_list_is_saved_under_a_name_and_opened_again(pages: Client, reader: User) -> None:
    asked = "light=red&ordering=gap&columns=gap&density=comfortable"
    query = pages.get(f"/?{asked}&as_of=2024-09-30&page=1").context["views"].query
    answer = sent(pages, "/views/", name="落后", audience="mine", query=query)
    view = SavedView.objects.get(owner=reader)
    assert view.query == "light=red&ordering=gap&columns=gap&density=comfortable"
    assert said(answer) == ["已保存视图“落后”。"]
    assert answer.redirect_chain[-1][0] == f"/?{view.query}&view={view.pk}"
    menu = answer.context["views"]
    assert (menu.current, menu.changed, menu.groups) == (view, False, {"我的": [view]})
    assert answer.context["as_of"].isoformat() == "2024-10-15"
    changed = pages.get(f"/?light=yellow&view={view.pk}")
    assert changed.context["views"].changed
    assert "条件已改，未保存" in changed.text


def test_a_refused_view_is_shown_again_with_all_that_was_typed(pages: Client, reader: User) -> None:
    kept(reader)
    answer = sent(pages, "/views/", name="红灯", audience="mine", query="light=red&search=中粮")
    assert "同名" in answer.text
    assert 'value="红灯"' in answer.text
    assert 'name="query" value="light=red&amp;search=中粮"' in answer.text
    nameless = sent(pages, "/views/", name="", audience="mine", query="light=red")
    assert "请填写视图的名称" in nameless.text
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("query", ["light=purple", "x=1", "search=%00", "a\r\nb=c"])
def test_what_the_list_cannot_be_asked_is_not_saved(pages: Client, query: str) -> None:
    answer = sent(pages, "/views/", name="坏的", audience="mine", query=query)
    assert "条件有误，没有保存" in answer.text
    assert not SavedView.objects.exists()


def test_a_reader_is_not_offered_everyone_and_cannot_send_it(pages: Client) -> None:
    answer = sent(pages, "/views/", name="总表", audience="everyone", query="")
    assert not SavedView.objects.exists()
    assert "选择一个有效的选项" in answer.text
    assert 'value="everyone"' not in pages.get("/").text


def test_saving_can_make_it_the_one_to_start_with(pages: Client, reader: User) -> None:
    sent(pages, "/views/", name="红灯", audience="mine", query="light=red", default="1")
    view = SavedView.objects.get()
    answer = pages.get("/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/?light=red&view={view.pk}"
    assert [chip.address for chip in answer.context["chips"]] == [f"?view={view.pk}"]
    plain = pages.get("/?view=0")
    assert plain.status_code == 200
    assert plain.context["chips"] == []
    lamp = pages.get("/?light=red")
    assert lamp.context["chips"][0].address == "?view=0"
    assert 'href="?view=0" aria-current="true"' in lamp.text


def test_default_is_set_and_unset_and_only_for_what_is_seen(
    pages: Client, reader: User, office: User
) -> None:
    view, foreign = kept(reader), kept(office)
    assert said(sent(pages, "/views/default/", view=view.pk)) == ["打开进展清单时先看视图“红灯”。"]
    for bad in (foreign.pk, "x", "99999", "９"):
        assert sent(pages, "/views/default/", view=bad).status_code == 404
    assert FrontPage.objects.get(user=reader).default_view == view
    sent(pages, "/views/default/", view="")
    assert FrontPage.objects.get(user=reader).default_view is None


def test_a_default_that_is_shared_no_more_is_left_alone(
    pages: Client, reader: User, office: User
) -> None:
    view = kept(office, audience=Audience.EVERYONE)
    set_default(page="progress", view=view, actor=reader)
    view.audience = Audience.MINE
    save_view(view=view, seen=1, actor=office)
    assert pages.get("/").status_code == 200
    assert "红灯" not in pages.get("/views/").text


def test_a_view_of_somebody_else_is_not_there(pages: Client, office: User) -> None:
    view = kept(office)
    for address in (f"/views/{view.pk}/", "/views/999/", f"/views/{10**30}/"):
        assert pages.get(address).status_code == 404
    for step in ("", "query/", "delete/"):
        assert pages.post(f"/views/{view.pk}/{step}", {"name": "x"}).status_code == 404
    assert pages.get(f"/?view={view.pk}").context["views"].current is None
    view.refresh_from_db()
    assert (view.name, view.version) == ("红灯", 1)


def test_a_shared_view_is_used_and_not_changed_by_its_readers(pages: Client, office: User) -> None:
    view = kept(office, audience=Audience.EVERYONE)
    text = pages.get("/views/").text
    assert "红灯" in text
    assert f'action="/views/{view.pk}/delete/"' not in text
    sent(pages, f"/views/{view.pk}/delete/", seen_version=1)
    answer = sent(pages, f"/views/{view.pk}/query/", seen_version=1, query="light=blue")
    assert "不是您的" in said(answer)[0]
    renamed = sent(pages, f"/views/{view.pk}/", seen_version=1, name="改", audience="mine")
    assert "不是您的" in renamed.text
    view.refresh_from_db()
    assert (view.name, view.query, view.version) == ("红灯", "light=red", 1)


def test_a_view_is_renamed_and_the_second_of_two_is_told(
    pages: Client, client: Client, office: User
) -> None:
    view = kept(office, audience=Audience.EVERYONE)
    other = factories.user(REVIEWER, full_name="另一位")
    client.force_login(other)
    view.name = "红灯清单"
    save_view(view=view, seen=1, actor=office)
    values = {"name": "红色", "audience": "everyone", "seen_version": 1}
    answer = sent(client, f"/views/{view.pk}/", **values)
    assert "办公室" in answer.text
    assert 'value="红色"' in answer.text
    assert 'name="seen_version" value="2"' in answer.text
    again = sent(client, f"/views/{view.pk}/", **values | {"seen_version": 2})
    assert said(again) == ["已保存视图“红色”。"]
    view.refresh_from_db()
    assert (view.name, view.version, view.owner) == ("红色", 3, office)


def test_a_view_takes_over_what_the_list_is_asked_now(pages: Client, reader: User) -> None:
    view = kept(reader)
    address = f"/views/{view.pk}/query/"
    answer = sent(pages, address, seen_version=1, query="light=blue")
    assert said(answer) == ["已用现在的条件更新视图“红灯”。"]
    assert answer.redirect_chain[-1][0] == f"/?light=blue&view={view.pk}"
    stale = sent(pages, address, seen_version=1, query="light=green")
    assert "您打开之后有人改过" in said(stale)[0]
    assert stale.redirect_chain[-1][0] == f"/?light=green&view={view.pk}"
    bad = pages.post(address, {"seen_version": 2, "query": "light=x\r\nLocation: y"})
    assert bad.status_code == 302
    view.refresh_from_db()
    assert (view.query, view.version) == ("light=blue", 2)


def test_a_view_is_deleted_at_the_version_that_was_seen(pages: Client, reader: User) -> None:
    view = kept(reader)
    for seen in ("", "x", "2"):
        assert "有人改过" in said(sent(pages, f"/views/{view.pk}/delete/", seen_version=seen))[0]
    answer = sent(pages, f"/views/{view.pk}/delete/", seen_version=1)
    assert said(answer) == ["已删除视图“红灯”。"]
    assert "还没有视图" in answer.text


def test_a_filter_that_is_gone_is_told_and_the_rest_is_shown(pages: Client, reader: User) -> None:
    view = kept(reader)
    SavedView.objects.filter(pk=view.pk).update(query="light=red&subdistrict=987")
    answer = pages.get(f"/views/{view.pk}/", follow=True)
    assert said(answer) == ["视图“红灯”的条件“属地”所指的内容已不存在，没有按它筛选。"]
    assert answer.redirect_chain[-1][0] == f"/?light=red&view={view.pk}"


@pytest.mark.parametrize("step", ["query/", "delete/"])
def test_who_must_log_in_first_ends_at_the_views(pages: Client, reader: User, step: str) -> None:
    view = kept(reader)
    assert pages.get(f"/views/{view.pk}/{step}")["Location"] == "/views/"
    assert pages.get("/views/default/")["Location"] == "/views/"


def test_who_sees_no_project_sees_no_view(client: Client, office: User) -> None:
    view = kept(office, audience=Audience.EVERYONE)
    client.force_login(factories.user())
    for address in ("/views/", f"/views/{view.pk}/"):
        assert client.get(address).status_code == 403


def test_the_page_of_views_asks_as_much_for_one_as_for_many(pages: Client, reader: User) -> None:
    kept(reader, "一")

    def look() -> int:
        with CaptureQueriesContext(connection) as queries:
            pages.get("/views/")
        return len(queries)

    look()
    few = look()
    for number in range(20):
        kept(reader, f"视图{number}")
    assert look() == few
    assert pages.get("/views/?page=2").status_code == 404
    assert pages.get("/views/?colour=red").status_code == 400
